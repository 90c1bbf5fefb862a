import { BARMAN, BUCKET_QUEUE } from "../../components/barman/names.ts";
import { quote } from "../../components/remote/shell.ts";
import { report } from "../../scripts/report.ts";
import { eventually, type Lab } from "../lab/support/lab.ts";
import { type Measure, median } from "./measure.ts";
import { Pgbench } from "./pgbench.ts";

const ROUNDS = 3;
const SECONDS = 15;
const OPTIONS = "-M prepared -c 16";
const UNITS = "barman-cron.timer barman-receive-wal barman-ship";

interface Round {
  readonly tps: number;
  /** Processors that Barman's host was busy with. */
  readonly cpus: number;
  readonly walMib: number;
}

/** Writes with backups on and off, in turns: WAL streamed and archived, into the catalogue and into the bucket. */
export async function measureArchiving(lab: Lab): Promise<Measure[]> {
  const pgbench = await Pgbench.on(lab);
  await pgbench.run(pgbench.straight, "-i -q -s 10", 120);
  const rounds = { on: [] as Round[], off: [] as Round[] };
  for (let round = 0; round < ROUNDS; round++) {
    await settled(lab, pgbench.leader);
    rounds.on.push(await measured(lab, pgbench));
    await settled(lab, pgbench.leader);
    await withoutArchiveCommand(lab, pgbench.leader, async () => {
      try {
        await lab.on("ops-1", `systemctl stop ${UNITS}`);
        rounds.off.push(await measured(lab, pgbench));
      } finally {
        await lab.on("ops-1", `systemctl start ${UNITS}`);
      }
    });
  }
  const middle = (of: readonly Round[], what: keyof Round) => median(of.map((each) => each[what]));
  const ratio = middle(rounds.on, "tps") / middle(rounds.off, "tps");
  return [
    {
      what: `pgbench with backups against without, median of ${ROUNDS}`,
      value: ratio.toFixed(2),
      bar: "0.85",
      met: ratio >= 0.85,
      note: `${middle(rounds.on, "tps").toFixed(0)} against ${middle(rounds.off, "tps").toFixed(0)} transactions a second, ${(middle(rounds.on, "walMib") / SECONDS).toFixed(1)} MiB of WAL a second`,
    },
    {
      what: "processors that Barman's host takes meanwhile",
      value: middle(rounds.on, "cpus").toFixed(2),
      bar: "",
      note: `${middle(rounds.off, "cpus").toFixed(2)} with its backups stopped`,
    },
  ];
}

async function measured(lab: Lab, pgbench: Pgbench): Promise<Round> {
  const position = () => lab.sql(pgbench.leader, "SELECT pg_current_wal_lsn() - '0/0'");
  const [cpu, wal, began] = [await cpuSeconds(lab), Number(await position()), Date.now()];
  const tps = await pgbench.tps(pgbench.pooled, OPTIONS, SECONDS);
  const seconds = (Date.now() - began) / 1000;
  const round = {
    tps,
    cpus: ((await cpuSeconds(lab)) - cpu) / seconds,
    walMib: (Number(await position()) - wal) / 2 ** 20,
  };
  report(
    `${tps.toFixed(0)} a second, ${round.walMib.toFixed(0)} MiB of WAL, ${round.cpus.toFixed(2)} processors`,
  );
  return round;
}

/** What an earlier round has left over must not be paid for in this one, and each begins at a checkpoint. */
async function settled(lab: Lab, leader: string): Promise<void> {
  await lab.sql(leader, "CHECKPOINT");
  await everythingKept(lab, leader);
}

/** No finished WAL file waits for its way into the catalogue or the bucket. */
export async function everythingKept(lab: Lab, leader: string): Promise<void> {
  const waiting = async (host: string, found: string) =>
    Number((await lab.on(host, `find ${found} | wc -l`)).stdout) > 0;
  await eventually("all WAL is in the catalogue and in the bucket", 300, async () => {
    if (await waiting(leader, "/srv/data/postgresql/*/pg_wal/archive_status -name '*.ready'")) return false;
    const folders = [BUCKET_QUEUE, `${BARMAN.home}/*/incoming`, `${BARMAN.home}/*/streaming`];
    return !(await waiting("ops-1", `${folders.join(" ")} -type f ! -name '*.partial'`));
  });
}

/** Servers hand no WAL file over meanwhile; by Patroni, which lets all members read it again, without a restart. */
export async function withoutArchiveCommand(
  lab: Lab,
  leader: string,
  work: () => Promise<void>,
): Promise<void> {
  const set = async (command: string) => {
    const { code, stderr } = await lab.on(
      leader,
      `patronictl -c /etc/patroni/config.yml edit-config --force --quiet --set ${quote(`postgresql.parameters.archive_command=${command}`)}`,
    );
    if (code !== 0) throw new Error(`patronictl edit-config: ${stderr}`);
    await eventually(
      `archive_command is ${command}`,
      30,
      async () => (await lab.sql(leader, "SHOW archive_command")) === command,
    );
  };
  const command = await lab.sql(leader, "SHOW archive_command");
  try {
    await set("/bin/true");
    await work();
  } finally {
    await set(command);
  }
}

async function cpuSeconds(lab: Lab): Promise<number> {
  const script = `
    if [ -e /sys/fs/cgroup/cpu.stat ]; then
      awk '$1 == "usage_usec" { print $2 / 1e6 }' /sys/fs/cgroup/cpu.stat
    else
      awk '{ print $1 / 1e9 }' /sys/fs/cgroup/cpuacct/cpuacct.usage
    fi`;
  return Number(await lab.inside("ops-1", script));
}
