import { userInfo } from "node:os";
import { CAUSED_BY_ORDER } from "../../components/monitoring/rules/inhibition.ts";
import { keepsFiring } from "../../components/monitoring/rules/render.ts";
import { messageOf, type Report } from "../report.ts";
import { Alerts, type Matcher } from "../stack/alerts.ts";
import type { RunningCluster } from "./cluster.ts";

/** A silence lasts for so long, and is renewed while the operation does: one that was killed leaves no more than that. */
const SILENCE_SECONDS = 600;
const RENEWAL_MS = 240_000;
/** What pages counts as still there for a while (keepsFiring), and is seen to end two scrapes late: a host that was back paged. */
const AFTERWARDS_SECONDS = keepsFiring({ severity: "critical" }) + 30;

/** Over the connection that an operation has to its host. */
export const alertsOf = (cluster: RunningCluster): Alerts =>
  new Alerts(cluster.access, ({ name }, script) => cluster.session(name).run(script));

/** What is kept back, and of whom. */
export interface Quiet {
  readonly who: string;
  readonly matchers: readonly Matcher[];
}

const named = (alerts: readonly string[]): Matcher => ({
  name: "alertname",
  value: alerts.join("|"),
  isRegex: true,
});

/** What a host looks like meanwhile. */
export const ofHost = (host: string): Quiet => ({
  who: host,
  matchers: [{ name: "instance", value: host, isRegex: false }, named(CAUSED_BY_ORDER)],
});

/** What a cluster looks like whose data is exchanged. */
export const OF_AN_EXCHANGE: Quiet = {
  who: "the cluster",
  matchers: [
    named([
      ...CAUSED_BY_ORDER,
      ...["NoLeader", "WriterEndpointDown", "NoSynchronousStandby", "SynchronousWildcard"],
      ...["TooFewStandbys", "WalStreamBroken"],
    ]),
  ],
};

/**
 * Keeps alerts back that an ordered operation is the cause of, until they have ended after it: whoever ordered it knows. Those of
 * one that fails are told at once. Without Alertmanager it goes on all the same, and people are told.
 */
export async function whileQuiet<T>(
  alerts: Pick<Alerts, "silence" | "endSilence">,
  { who, matchers }: Quiet,
  comment: string,
  report: Report,
  work: () => Promise<T>,
): Promise<T> {
  const order = { by: userInfo().username, comment };
  const problem = (error: unknown) => report(`alerts of ${who} are not kept back: ${messageOf(error)}`);
  const keptBack = (seconds: number, id?: string) =>
    alerts.silence(matchers, new Date(Date.now() + seconds * 1000), order, id).catch((error: unknown) => {
      problem(error);
      return id;
    });
  let last = await keptBack(SILENCE_SECONDS);
  // One after the other, and none of them after the end.
  let renewal = Promise.resolve();
  const renewing = setInterval(() => {
    renewal = renewal.then(async () => {
      last = await keptBack(SILENCE_SECONDS, last);
    });
  }, RENEWAL_MS);
  const renewed = async () => {
    clearInterval(renewing);
    await renewal;
  };
  try {
    const done = await work();
    await renewed();
    if (last !== undefined) await keptBack(AFTERWARDS_SECONDS, last);
    return done;
  } catch (error) {
    await renewed();
    // What is left of it is somebody's to mend.
    if (last !== undefined) await alerts.endSilence(last).catch(problem);
    throw error;
  }
}
