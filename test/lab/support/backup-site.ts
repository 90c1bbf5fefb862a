import { BARMAN, BUCKET_QUEUE, IDENTIFIER } from "../../../components/barman/names.ts";
import { METRICS_FOLDER } from "../../../components/paths.ts";
import { podman } from "../../../scripts/stack/containers.ts";
import { servicesName } from "../../../scripts/stack/labs.ts";
import { eventually, type Lab, wholeCluster } from "./lab.ts";

const SEGMENT = /^[0-9A-F]{24}$/;

export interface BaseBackup {
  readonly id: string;
  /** As Barman names it: DONE, FAILED, STARTED, ... */
  readonly status: string;
}

/** What Barman has of a lab, what the bucket has, and what the operations host says of both. */
export class BackupSite {
  readonly lab: Lab;
  /** Barman's folder of the cluster. */
  readonly folder: string;

  constructor(lab: Lab) {
    this.lab = lab;
    this.folder = `${BARMAN.home}/${lab.name}`;
  }

  /** A script as root on the operations host; throws when it fails. */
  async ops(script: string, timeoutSeconds = 60): Promise<string> {
    const { code, stdout, stderr } = await this.lab.on("ops-1", script, timeoutSeconds);
    if (code !== 0) throw new Error(`on ops-1: exit code ${code}: ${stderr || stdout}`);
    return stdout.trim();
  }

  /** The object store, which only this lab uses. */
  async store(verb: "start" | "stop"): Promise<void> {
    await this.inStore(`systemctl ${verb} object-store`);
  }

  /** A script as root where the bucket's objects are files. */
  async inStore(script: string): Promise<string> {
    const { failed, stdout, stderr } = await podman([
      "exec",
      servicesName(this.lab.name),
      "bash",
      "-c",
      script,
    ]);
    if (failed) throw new Error(`in the object store's container: ${stderr || stdout}`);
    return stdout.trim();
  }

  /**
   * WAL segments in Barman's catalogue, from the first that a base backup needs: older ones it has removed, and some of
   * those came once more by the other way.
   */
  async catalogue(): Promise<readonly string[]> {
    const first = await this.firstNeeded();
    const found = segments(await this.ops(`find ${this.folder}/wals -type f -printf '%f\\n'`));
    return found.filter((name) => name >= first);
  }

  /** The first segment that a base backup of the catalogue needs. */
  async firstNeeded(): Promise<string> {
    const begins = await this.ops(
      `grep -hoE 'begin_wal=[0-9A-F]{24}' ${this.folder}/meta/*-backup.info | sort`,
    );
    return (begins.split("\n")[0] ?? "").replace("begin_wal=", "");
  }

  /** WAL segments in the bucket. */
  async bucket(): Promise<readonly string[]> {
    const place = await this.place();
    return segments(await this.inStore(`find ${place} -type f -path '*/wals/*' -printf '%f\\n'`));
  }

  /** What waits for the bucket. */
  async waiting(): Promise<readonly string[]> {
    return lines(await this.ops(`ls ${BUCKET_QUEUE}`));
  }

  async emptied(seconds = 90): Promise<void> {
    await eventually(
      "nothing waits for the bucket",
      seconds,
      async () => (await this.waiting()).length === 0,
    );
  }

  /** Has the WAL file ended that is being written, and waits until it is in the catalogue. */
  async endFile(): Promise<string> {
    const { leader } = await wholeCluster(this.lab, 60);
    // Of a file in which nothing was written none is ended.
    const name = await this.lab.sql(
      String(leader),
      "SELECT pg_logical_emit_message(true, 'test', 'ended') \\g /dev/null\nSELECT pg_walfile_name(pg_switch_wal())",
    );
    await eventually(`${name} is in the catalogue`, 60, async () => (await this.catalogue()).includes(name));
    return name;
  }

  /** The same, until it is in the bucket. */
  async endFileInBucket(): Promise<string> {
    const name = await this.endFile();
    await eventually(`${name} is in the bucket`, 90, async () => (await this.bucket()).includes(name));
    return name;
  }

  /** Where the store keeps this cluster's objects. */
  async place(): Promise<string> {
    const { name } = this.lab;
    return `/srv/data/buckets/holdfast-${name}/${name}/${await this.ops(`cat ${IDENTIFIER}`)}`;
  }

  /** Paths of this cluster's objects, as the store keeps them, the oldest backup's first. */
  async objects(name: string): Promise<readonly string[]> {
    return lines(await this.inStore(`find ${await this.place()} -name '${name}' | sort`));
  }

  /** The newest object of this name, damaged while the work goes on. */
  async damaged(name: string, damage: string, work: () => Promise<void>): Promise<void> {
    const path = (await this.objects(name)).at(-1);
    if (path === undefined) throw new Error(`there is no object ${name}`);
    await this.inStore(`cp -a '${path}' /tmp/whole && ${damage} '${path}'`);
    try {
      await work();
    } finally {
      await this.inStore(`cp -a /tmp/whole '${path}' && rm /tmp/whole`);
    }
  }

  /** Base backups of Barman's catalogue, the oldest first, whatever became of them. */
  async backups(): Promise<readonly BaseBackup[]> {
    const found: Record<string, readonly { backup_id: string; status: string }[]> = JSON.parse(
      await this.ops(`barman --format json list-backups ${this.lab.name}`),
    );
    return (found[this.lab.name] ?? [])
      .map(({ backup_id: id, status }) => ({ id, status }))
      .sort((one, other) => one.id.localeCompare(other.id));
  }

  /** What the node exporter tells of this host's backups. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    return new Map(
      lines(await this.ops(`cat ${METRICS_FOLDER}/*.prom`)).map((line) => {
        const [name = "", value = ""] = line.split(" ");
        return [name, Number(value)];
      }),
    );
  }

  /** A verb of ./holdfast restore on this lab. */
  restore(verb: string, ...options: string[]) {
    return this.lab.machine("restore", verb, "--stack", this.lab.name, ...options);
  }
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Without the suffix of their compression; histories and labels of backups are no segments. */
const segments = (text: string): string[] =>
  lines(text)
    .map((name) => name.replace(/\.(zst|lz4|gz)$/, ""))
    .filter((name) => SEGMENT.test(name))
    .sort();
