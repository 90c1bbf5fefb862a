import { eventually, type Lab, wholeCluster } from "../lab/support/lab.ts";
import { Ledger, type LedgerReport } from "../lab/support/ledger.ts";
import { type Measure, milliseconds } from "./measure.ts";

const ROUNDS = 5;

/** How long no write is acknowledged, at a switchover and at two faults: the worst of five each. */
export async function measureGaps(lab: Lab): Promise<Measure[]> {
  const switchovers = await rounds(lab, "switchover", async () => {
    const done = await lab.holdfast("switchover", "--yes");
    if (done.code !== 0) throw new Error(done.stderr);
  });
  const crashes = await rounds(lab, "postmaster killed", async (leader) => {
    await lab.on(leader, "kill -9 $(head -1 /srv/data/postgresql/*/postmaster.pid)");
  });
  const losses = await rounds(
    lab,
    "host killed",
    (leader) => lab.container("kill", leader),
    (leader) => lab.container("start", leader),
  );
  const errors = switchovers.flatMap((report) => report.errors);
  const handover = measure("switchover with the pools paused", switchovers, 2000);
  return [
    {
      ...handover,
      met: handover.met && errors.length === 0,
      note: `${errors.length} client errors; ${handover.note}`,
    },
    measure("leader's postmaster killed", crashes, 4000),
    measure("leader's host killed", losses, 28_000),
  ];
}

function measure(what: string, reports: readonly LedgerReport[], bar: number): Measure & { met: boolean } {
  const gaps = reports.map((report) => report.longestGapMs);
  const lost = reports.flatMap((report) => report.missing).length;
  return {
    what: `${what}, time without an acknowledged write, worst of ${gaps.length}`,
    value: milliseconds(Math.max(...gaps)),
    bar: milliseconds(bar),
    met: Math.max(...gaps) <= bar && lost === 0,
    note: `${lost} rows lost; ${gaps.map((gap) => (gap / 1000).toFixed(2)).join(", ")}`,
  };
}

async function rounds(
  lab: Lab,
  what: string,
  work: (leader: string) => Promise<void>,
  restore: (leader: string) => Promise<void> = async () => undefined,
): Promise<LedgerReport[]> {
  const reports: LedgerReport[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const { leader } = await wholeCluster(lab, 180);
    const ledger = new Ledger(await lab.stack());
    await ledger.start();
    await eventually("the writer is under way", 30, async () => ledger.acknowledged > 100);
    await work(String(leader));
    const before = ledger.acknowledged;
    await eventually("writes go on", 90, async () => ledger.acknowledged > before + 100);
    const report = await ledger.stop();
    process.stderr.write(`· ${what} ${round} of ${ROUNDS}: ${report.longestGapMs} ms\n`);
    reports.push(report);
    await restore(String(leader));
  }
  return reports;
}
