import { readFileSync } from "node:fs";
import { z } from "zod";
import { RESTORE_RESULTS, SCRATCH } from "../../components/restore/names.ts";
import { report } from "../../scripts/report.ts";
import { type Lab, wholeCluster } from "../lab/support/lab.ts";
import { everythingKept, withoutArchiveCommand } from "./archiving.ts";
import { type Measure, median, seconds } from "./measure.ts";

const RIVALS = readFileSync(new URL("./restore-rivals.sh", import.meta.url), "utf8");
const ROUNDS = 3;
const SEGMENTS = 100;
const NAME = "bench";
const FOLDER = `${SCRATCH}/rival`;

const recordSchema = z.object({
  backup: z.string(),
  bytes: z.int(),
  baseSeconds: z.number(),
  checkSeconds: z.number(),
  walSeconds: z.number(),
});
type RestoreRecord = z.infer<typeof recordSchema>;

/** A database of 3 GB out of the bucket, and the WAL that filled it, against what others need for the same. */
export async function measureRestores(lab: Lab): Promise<Measure[]> {
  const leader = String((await wholeCluster(lab, 60)).leader);
  const empty = await timed("a base backup", () => takeBackup(lab, leader));
  await timed("3 GB written", () => fill(lab, leader));
  const replay = await timed("the replays", () => measureReplay(lab, empty));
  const full = await timed("another base backup", () => takeBackup(lab, leader));
  return [...(await measureBase(lab, full)), replay];
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  const result = await work();
  report(`${what}: ${seconds((Date.now() - began) / 1000)}`);
  return result;
}

/**
 * Half of it pgbench's own rows, which gzip makes 28 times smaller, half of it checksums as text, which it halves. All
 * frozen at once: the server would else write most of it into the WAL once more, at a time of its own.
 */
async function fill(lab: Lab, leader: string): Promise<void> {
  const work = `set -e; cd /
    psql() { runuser -u postgres -- psql -Xq -v ON_ERROR_STOP=1 "$@"; }
    runuser -u postgres -- /usr/lib/postgresql/17/bin/pgbench -i -q -s 100 app
    rows='SELECT n, md5(n::text) || md5((-n)::text) || md5((n * 7)::text) || md5((n * 11)::text) FROM generate_series(1, 8500000::bigint) n'
    psql -c "COPY ($rows) TO STDOUT" app |
      psql -1 -c 'CREATE TABLE checksums (n bigint, content text)' -c 'COPY checksums FROM STDIN (FREEZE)' app`;
  // It comes by the stream as well, and would take minutes by this way.
  await withoutArchiveCommand(lab, leader, async () => {
    const { code, stderr } = await lab.on(leader, work, 600);
    if (code !== 0) throw new Error(`the database was not filled: ${stderr}`);
    await everythingKept(lab, leader);
  });
}

/** The base backup that the bucket has after it. */
async function takeBackup(lab: Lab, leader: string): Promise<string> {
  const { code, stderr } = await lab.on("ops-1", "systemctl start barman-backup", 900);
  if (code !== 0) throw new Error(`no base backup: ${stderr}`);
  await everythingKept(lab, leader);
  const { stdout } = await lab.machine("restore", "plan", "--stack", lab.name, "--json");
  return planOf(stdout).backup;
}

const planOf = (text: string) =>
  z.object({ backup: z.string(), walFirst: z.string() }).parse(JSON.parse(text));

async function measureBase(lab: Lab, backup: string): Promise<Measure[]> {
  const found = { ours: [] as number[], floor: [] as number[], barman: [] as number[] };
  const ways = {
    ours: async () => {
      await lab.on("ops-1", "sync");
      const { baseSeconds } = await restored(lab, backup, "latest");
      await stop(lab);
      return baseSeconds;
    },
    floor: () => rival(lab, "download", backup),
    barman: () => rival(lab, "barman-cloud", backup),
  };
  for (let round = 0; round < ROUNDS; round++) {
    const order = ["floor", "ours", "barman"] as const;
    for (const way of round % 2 === 0 ? order : order.toReversed()) {
      found[way].push(await ways[way]());
      report(`base backup, ${way}: ${seconds(found[way].at(-1) ?? 0)}`);
    }
  }
  const { bytes } = await lastRecord(lab);
  const [ours, floor, barman] = [median(found.ours), median(found.floor), median(found.barman)];
  const what = `base backup of ${(bytes / 1e9).toFixed(1)} GB from the bucket`;
  const took = `${seconds(ours)}, median of ${ROUNDS}; half of it pgbench's rows, half text that gzip halves`;
  return [
    {
      what: `${what}, against objects by curl into Python's tar`,
      value: (floor / ours).toFixed(2),
      bar: "0.80",
      met: floor / ours >= 0.8,
      note: `${took}; ${seconds(floor)}`,
    },
    {
      what: `${what}, against barman-cloud-restore`,
      value: (barman / ours).toFixed(2),
      bar: "1.5",
      met: barman / ours >= 1.5,
      note: `${seconds(ours)}; ${seconds(barman)}`,
    },
  ];
}

/** Ours before and after the other, which takes so long that once is enough. */
async function measureReplay(lab: Lab, backup: string): Promise<Measure> {
  const plan = await lab.machine("restore", "plan", "--stack", lab.name, "--backup", backup, "--json");
  const to = after(planOf(plan.stdout).walFirst, SEGMENTS);
  const before = await restored(lab, backup, to);
  const other = await rival(lab, "replay", backup, NAME);
  const again = await restored(lab, backup, to);
  await stop(lab);
  const ours = Math.max(before.walSeconds, again.walSeconds);
  report(
    `replay: ${[before, again].map(({ walSeconds }) => seconds(walSeconds)).join(", ")} against ${seconds(other)}`,
  );
  return {
    what: `${SEGMENTS} WAL files from the bucket replayed, against a barman-cloud-wal-restore each`,
    value: (other / ours).toFixed(1),
    bar: "3.0",
    met: other / ours >= 3,
    note: `${seconds(ours)}, the slower of 2; ${seconds(other)}`,
  };
}

/** The position so many files of 16 MiB after the beginning of this one. */
function after(file: string, count: number): string {
  const number = Number.parseInt(file.slice(8, 16), 16) * 256 + Number.parseInt(file.slice(16), 16) + count;
  return `${(number >> 8).toString(16)}/${((number & 255) * 2 ** 24).toString(16)}`.toUpperCase();
}

async function restored(lab: Lab, backup: string, to: string): Promise<RestoreRecord> {
  const ran = await lab.machine(
    ...["restore", "run", "--stack", lab.name, "--backup", backup, "--to", to, "--name", NAME],
  );
  if (ran.code !== 0) throw new Error(`the restore failed: ${ran.stderr}`);
  return lastRecord(lab);
}

async function lastRecord(lab: Lab): Promise<RestoreRecord> {
  const { stdout } = await lab.on("ops-1", `tail -n 1 ${RESTORE_RESULTS}`);
  return recordSchema.parse(JSON.parse(stdout));
}

async function stop(lab: Lab): Promise<void> {
  const { code, stderr } = await lab.machine("restore", "stop", "--stack", lab.name, NAME);
  if (code !== 0) throw new Error(`the restore is still there: ${stderr}`);
}

async function rival(lab: Lab, verb: string, backup: string, like = ""): Promise<number> {
  const { code, stdout, stderr } = await lab.on(
    "ops-1",
    `set -- ${verb} ${backup} ${FOLDER} ${like}\n${RIVALS}`,
    900,
  );
  if (code !== 0) throw new Error(`${verb}: ${stderr}`);
  return Number(stdout);
}
