import { METRICS_FOLDER } from "../../../components/paths.ts";
import { ownerOf } from "../../../scripts/stack/endpoint.ts";
import { eventually } from "../../lab/support/lab.ts";
import type { Drill } from "./drill.ts";
import type { Scene } from "./scene.ts";

/**
 * Units that die at once and stay down: an orderly stop has Patroni wait for others before its server ends. They look
 * like stopped ones, for of those that have failed there is another alert.
 */
export async function dies(scene: Scene, unit: string, hosts: readonly string[]): Promise<void> {
  const script = `systemctl kill --signal KILL ${unit}
systemctl stop ${unit}
systemctl reset-failed ${unit} 2>/dev/null || true`;
  scene.atEnd(() => Promise.all(hosts.map((host) => scene.inside(host, `systemctl start ${unit}`))));
  await Promise.all(hosts.map((host) => scene.inside(host, script)));
}

/** Units that stop on hosts until the drill ends. */
export const stopped =
  (unit: string, hosts: (scene: Scene) => readonly string[]): Drill["inject"] =>
  async (scene) => {
    const chosen = hosts(scene);
    scene.atEnd(() => Promise.all(chosen.map((host) => scene.inside(host, `systemctl start ${unit}`))));
    await Promise.all(chosen.map((host) => scene.inside(host, `systemctl stop ${unit}`)));
  };

/** Processes that are there and do nothing; `which` prints their numbers. */
export async function freezes(scene: Scene, host: string, which: string): Promise<void> {
  scene.atEnd(() => scene.inside(host, `kill -CONT $(${which})`));
  await scene.inside(host, `kill -STOP $(${which})`);
}

export const PATRONI = "systemctl show patroni --property MainPID --value";

/** A program that runs on a host until the drill ends. */
export async function runs(scene: Scene, host: string, name: string, script: string): Promise<void> {
  const unit = `drill-${name}`;
  scene.atEnd(() => scene.inside(host, `systemctl stop ${unit} 2>/dev/null || true\nrm -f /run/${unit}`));
  await scene.inside(
    host,
    `cat >/run/${unit} <<'DRILL'\nset -euo pipefail\n${script}\nDRILL
systemd-run --quiet --collect --unit ${unit} bash /run/${unit}`,
  );
}

/** psql as the superuser in the first database, as a command in a script. */
export async function psqlOf(scene: Scene): Promise<string> {
  const { database } = ownerOf(await scene.lab.stack());
  return `runuser -u postgres -- psql -XAtq -d ${database}`;
}

/** A standby whose data is thrown away when the drill ends: until its Patroni takes orders again, it refuses. */
export function copiedAgainAtEnd(scene: Scene, member: string): void {
  scene.atEnd(() =>
    eventually(`${member} has been copied again`, 240, async () => {
      const { code, stderr } = await scene.lab.holdfast("reinit", member, "--yes", "--force");
      if (code !== 0) throw new Error(stderr);
      return true;
    }),
  );
}

interface Edit {
  readonly host: string;
  readonly path: string;
  /** A command from the text of before to the one of then. */
  readonly by: string;
  /** By which it comes into effect, both ways. */
  readonly taken?: string;
}

/** A file that somebody changes by hand; the right one comes back when the drill ends. */
export async function edited(scene: Scene, { host, path, by, taken = ":" }: Edit): Promise<void> {
  const kept = `/run/drill${path.replaceAll("/", "-")}`;
  scene.atEnd(() =>
    scene.inside(
      host,
      `if [[ -e ${kept} ]]; then cp --archive ${kept} ${path}; rm ${kept}; fi
${taken}`,
    ),
  );
  await scene.inside(
    host,
    `cp --archive ${path} ${kept}
${by} <${kept} >${path}
if cmp --silent ${kept} ${path}; then echo "${path} is what it was" >&2; exit 1; fi
${taken}`,
  );
}

const DAY_SECONDS = 24 * 3600;

/** As a line of a script: a unit that ends by itself does not run, nor tell anybody of its end, which it writes down, too. */
export const idle = (unit: string): string =>
  `while [[ $(systemctl is-active ${unit}) == *activating ]]; do sleep 0.2; done`;

/** The moments that a job tells of, so many days earlier: what takes days, without their passing. Its file is named by job.py. */
export async function setBack(
  scene: Scene,
  job: string,
  days: number,
  file = `${METRICS_FOLDER}/job-${job}.prom`,
): Promise<void> {
  await scene.inside("ops-1", idle(job));
  await edited(scene, {
    host: "ops-1",
    path: file,
    by: `awk '$1 ~ /_timestamp_seconds/ && $2 > 0 { $2 = sprintf("%.3f", $2 - ${days * DAY_SECONDS}) } 1'`,
  });
}

/** Larger ones are the machine's own, and nobody's to fill. */
const SMALL_GIB = 20;

/** A data volume of which only so much is left. */
export async function filled(scene: Scene, host: string, leftPercent: number): Promise<void> {
  const filler = "/srv/data/filler";
  scene.atEnd(() => scene.inside(host, `rm -f ${filler}`));
  await scene.inside(
    host,
    `read -r size available < <(df --output=size,avail --block-size=1 /srv/data | tail -n 1)
if ((size > ${SMALL_GIB} * 1024 ** 3)); then echo "/srv/data is no small disk" >&2; exit 1; fi
fallocate --length $((available - size * ${leftPercent} / 100)) ${filler}`,
  );
}
