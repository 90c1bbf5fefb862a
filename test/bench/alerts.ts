import { CRITICAL_SECONDS } from "../../components/monitoring/rules/rules.ts";
import { SCRAPE_SECONDS } from "../../components/monitoring/scrape.ts";
import { PAGES } from "../faults/alerts/batches.ts";
import { caused, type Drilled } from "../faults/alerts/cause.ts";
import { AT_ONCE } from "../faults/alerts/drill.ts";
import { AlertSink, EVERY_WAY } from "../lab/support/alert-sink.ts";
import type { Lab } from "../lab/support/lab.ts";
import { up } from "./build.ts";
import { type Measure, seconds } from "./measure.ts";

/** From each fault that pages at once until PagerDuty and Slack have both been told. */
export async function measureAlerts(
  lab: Lab,
  settings: Readonly<Record<string, unknown>>,
): Promise<Measure[]> {
  await lab.configure({ ...settings, notifications: EVERY_WAY });
  await up(lab);
  const sink = new AlertSink(lab);
  await sink.start();
  const drilled: Drilled[] = [];
  try {
    for (const batch of PAGES) drilled.push(...(await caused(batch, lab, sink)));
  } finally {
    await sink.stop();
  }
  await lab.configure(settings);
  await up(lab);
  const worst = Math.max(...drilled.map((each) => each.seconds ?? Number.POSITIVE_INFINITY));
  const floor = SCRAPE_SECONDS + CRITICAL_SECONDS;
  const bar = seconds(AT_ONCE);
  return [
    { what: "a scrape and an evaluation, which no page can do without", value: seconds(floor), bar: "" },
    ...drilled.map((each) => ({
      what: `${each.alert}, told after "${each.fault}"`,
      value: each.seconds === undefined ? "never" : seconds(each.seconds),
      bar,
      met: each.problems.length === 0,
      note: each.problems.join("; "),
    })),
    {
      what: `the slowest page of ${drilled.length}, from the fault to PagerDuty and Slack`,
      value: seconds(worst),
      bar,
      met: worst < AT_ONCE,
      note: `${(worst / floor).toFixed(1)} times a scrape and an evaluation`,
    },
  ];
}
