import { expect } from "vitest";
import { SCRATCH } from "../../../components/restore/names.ts";
import { BackupSite } from "../../lab/support/backup-site.ts";
import { eventually, type Lab } from "../../lab/support/lab.ts";
import { holesIn } from "../../lab/support/wal-names.ts";
import { everythingWhole, missingAnywhere } from "../support/wholeness.ts";
import { BaseBackupJob } from "./base-backup.ts";
import { type Answers, Writes } from "./writes.ts";

/** One lab under writes, whose backups are broken in one way after the other. */
export class Scene {
  readonly lab: Lab;
  readonly site: BackupSite;
  readonly job: BaseBackupJob;
  #writes: Writes | undefined;

  constructor(lab: Lab) {
    this.lab = lab;
    this.site = new BackupSite(lab);
    this.job = new BaseBackupJob(this.site);
  }

  async begin(): Promise<void> {
    this.#writes = new Writes(await this.lab.stack());
    await this.#writes.start();
  }

  get writes(): Writes {
    if (this.#writes === undefined) throw new Error("nobody writes yet");
    return this.#writes;
  }

  /** How the database answered while this went on: never later than that. */
  async answering(fault: string, mostSeconds: number, work: () => Promise<void>): Promise<Answers> {
    const answers = await this.writes.during(work);
    const { gapMs, medianMs } = answers;
    process.stderr.write(`· ${fault}: ${(gapMs / 1000).toFixed(1)} s without a write, ${medianMs} ms each\n`);
    expect(gapMs, `${fault}: the longest time without a write`).toBeLessThan(mostSeconds * 1000);
    return answers;
  }

  /** Every host of the cluster serves, and Barman's own check finds nothing. */
  async whole(): Promise<string> {
    const leader = await everythingWhole(await this.lab.stack(), 120);
    await eventually("Barman receives again", 60, async () => {
      const slot = "SELECT active FROM pg_replication_slots WHERE slot_name = 'barman'";
      return (await this.lab.sql(leader, slot)) === "t";
    });
    return leader;
  }

  /** No WAL file is missing in the catalogue, nor in the bucket once nothing waits for it. */
  async noHole(place: "catalogue" | "bucket"): Promise<void> {
    const files = await this.site[place]();
    expect(files).toContain(await this.site.firstNeeded());
    expect(holesIn(files), `${place}: ${files.join(" ")}`).toEqual([]);
  }

  /** Acknowledged rows that some member does not have. */
  async missing(): Promise<readonly string[]> {
    const acknowledged = [...this.writes.acknowledged];
    return missingAnywhere(this.lab, await this.whole(), acknowledged);
  }

  /** What a restored server answers. */
  async restored(name: string, query: string): Promise<string> {
    return this.site.ops(
      `cd / && runuser -u barman -- psql -XAtqv ON_ERROR_STOP=1 -h ${SCRATCH}/${name}/socket -U postgres app <<'SQL'\n${query}\nSQL\n`,
    );
  }

  /** A restore of this backup that passes all checks of the restore test. */
  async proven(backup: string, place: "bucket" | "barman"): Promise<void> {
    const { code, stderr } = await this.site.restore("test", "--from", place, "--backup", backup);
    expect(code, stderr).toBe(0);
  }

  /** The host comes back, and what runs on it with it. */
  async startOperationsHost(): Promise<void> {
    await this.lab.container("start", "ops-1");
    await eventually("the operations host runs", 90, async () => {
      const { stdout } = await this.lab.on("ops-1", "systemctl is-active barman-receive-wal barman-ship");
      return stdout === "active\nactive\n";
    });
  }
}
