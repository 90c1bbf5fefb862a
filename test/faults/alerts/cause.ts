import type { AlertSink, Way } from "../../lab/support/alert-sink.ts";
import { eventually, type Lab, wholeCluster } from "../../lab/support/lab.ts";
import { Prometheus } from "../../lab/support/prometheus.ts";
import type { Batch, Drill, Told } from "./drill.ts";
import { rolesOf, Scene } from "./scene.ts";

/** What a drill has shown of one alert. */
export interface Drilled {
  readonly alert: string;
  readonly fault: string;
  readonly severity: Told["severity"];
  /** Undefined where nobody was told. */
  readonly seconds: number | undefined;
  readonly atMost: number;
  readonly why: string;
  readonly problems: readonly string[];
}

const waysOf = ({ severity, everyWay }: Told): readonly Way[] =>
  severity === "critical" || everyWay ? ["pagerduty", "slack"] : ["slack"];
/** When a message came is what it says itself; how soon it is seen does not matter. */
const LOOK_MS = 1000;
const PATIENCE_SECONDS = 60;
/** So long before its fault an alert is not there. */
const QUIET = "30s";
/** Longer than anything lasts that a former batch has left. */
const QUIET_SECONDS = 600;

/** Causes all faults of a batch, waits until people are told, ends each, and waits until they are told of that. */
export async function caused(batch: Batch, lab: Lab, sink: AlertSink): Promise<readonly Drilled[]> {
  const roles = await rolesOf(lab);
  await quiet(batch, new Prometheus(lab));
  const began = Date.now();
  // What is told while things come back is true, and no second fault.
  let together: Promise<readonly string[]> | undefined;
  const beforeItsEnd = () => (together ??= sink.woken(began).then((woken) => unmeant(batch, woken)));
  const drilled = await Promise.all(
    batch.drills.map((drill) => throughout(drill, new Scene(lab, sink, roles), beforeItsEnd)),
  );
  const broken = await wholeCluster(lab, 180).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  return drilled.flat().map((each) => ({ ...each, problems: [...each.problems, ...broken] }));
}

/** One fault is one page: whoever is woken by a second one looks for a second fault. */
function unmeant({ drills, besides }: Batch, woken: ReadonlySet<string>): readonly string[] {
  if (besides === undefined) return [];
  const meant = new Set([...besides, ...drills.flatMap(({ alerts }) => alerts.map(({ alert }) => alert))]);
  return [...woken].filter((alert) => !meant.has(alert)).map((alert) => `${alert} has woken somebody, too`);
}

/** None of what is to be caused is there already. */
async function quiet({ drills }: Batch, prometheus: Prometheus): Promise<void> {
  const names = drills.flatMap(({ alerts }) => alerts.map(({ alert }) => alert)).join("|");
  const firing = `max by (alertname) (max_over_time(ALERTS{alertname=~"${names}",alertstate="firing"}[${QUIET}]))`;
  await eventually("none of the alerts fires before the fault", QUIET_SECONDS, async () => {
    const found = await prometheus.query(firing);
    if (found.length > 0) throw new Error(found.map(({ labels }) => labels["alertname"]).join(", "));
    return true;
  });
}

async function throughout(
  drill: Drill,
  scene: Scene,
  beforeItsEnd: () => Promise<readonly string[]>,
): Promise<readonly Drilled[]> {
  const problems: string[] = [];
  const noted = async <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      problems.push(String(error));
      return undefined;
    });
  scene.begins();
  await noted(drill.inject(scene));
  const told =
    problems.length > 0 ? [] : await Promise.all(drill.alerts.map((each) => delivered(each, scene)));
  problems.push(...((await noted(beforeItsEnd())) ?? []));
  const ended = Date.now();
  await noted(scene.end());
  const over = await Promise.all(
    drill.alerts.map(async (each, index) =>
      told[index]?.at === undefined ? [] : calledOff(each, scene, ended),
    ),
  );
  return drill.alerts.map((each, index) => {
    const { alert, severity, seconds: atMost, why = "" } = each;
    const { at, problems: untold = [] } = told[index] ?? {};
    const seconds = at === undefined ? undefined : at - scene.since / 1000;
    const late = seconds !== undefined && seconds > atMost ? [`told after ${seconds.toFixed(1)} s`] : [];
    const all = [...problems, ...untold, ...late, ...(over[index] ?? [])];
    const line = `${drill.fault}: ${alert} after ${seconds?.toFixed(1) ?? "?"} s of ${atMost}`;
    process.stderr.write([`· ${line}`, ...all.map((problem) => `    ${problem}`), ""].join("\n"));
    return { ...{ alert, fault: drill.fault, severity, seconds, atMost, why }, problems: all };
  });
}

/** When the last of those who have to be told was, in seconds; and who was told without being meant. */
async function delivered(
  told: Told,
  scene: Scene,
): Promise<{ readonly at?: number; readonly problems: readonly string[] }> {
  const { alert, seconds } = told;
  const { sink, since } = scene;
  const about = told.about?.(scene);
  const ways = waysOf(told);
  try {
    const first = await Promise.all(
      ways.map((way) =>
        eventually(
          `${way} is told of ${alert}`,
          seconds + PATIENCE_SECONDS,
          async () => (await sink.of(alert, way, since, "firing", about))[0]?.at,
          LOOK_MS,
        ),
      ),
    );
    const woken =
      !ways.includes("pagerduty") && (await sink.of(alert, "pagerduty", since, "firing")).length > 0;
    return { at: Math.max(...first), problems: woken ? [`${alert} has woken somebody`] : [] };
  } catch (error) {
    return { problems: [String(error)] };
  }
}

/** An alert that ends before its fault does leaves whoever was told of it in the belief that all is well. */
async function calledOff(told: Told, { sink, since }: Scene, ended: number): Promise<readonly string[]> {
  const { alert, overSeconds, lasts } = told;
  const all = await Promise.all(waysOf(told).map((way) => sink.of(alert, way, since, "resolved")));
  const tooSoon = all.flat().some(({ at }) => at * 1000 < ended)
    ? [`${alert} was called off before its fault ended`]
    : [];
  if (lasts !== undefined) return tooSoon;
  const waits = waysOf(told).map((way) =>
    eventually(
      `${way} is told that ${alert} is over`,
      overSeconds,
      async () => (await sink.of(alert, way, ended, "resolved")).length > 0,
      LOOK_MS,
    ),
  );
  const done = await Promise.allSettled(waits);
  return [...tooSoon, ...done.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []))];
}
