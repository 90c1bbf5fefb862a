import { userInfo } from "node:os";
import { CAUSED_BY_ORDER } from "../../components/monitoring/rules/inhibition.ts";
import { messageOf, type Report } from "../report.ts";
import { Alerts } from "../stack/alerts.ts";
import type { RunningCluster } from "./cluster.ts";

/** A silence lasts for so long, and is renewed while the operation does: one that was killed leaves no more than that. */
const SILENCE_SECONDS = 600;
const RENEWAL_MS = 240_000;

/** Over the connection that an operation has to its host. */
export const alertsOf = (cluster: RunningCluster): Alerts =>
  new Alerts(cluster.access, ({ name }, script) => cluster.session(name).run(script));

/**
 * Keeps alerts of a host back that an ordered operation is the cause of, until it ends: whoever ordered it knows. Without
 * Alertmanager it goes on all the same, and people are told.
 */
export async function whileQuiet<T>(
  alerts: Pick<Alerts, "silence" | "endSilence">,
  host: string,
  comment: string,
  report: Report,
  work: () => Promise<T>,
): Promise<T> {
  const matchers = [
    { name: "instance", value: host, isRegex: false },
    { name: "alertname", value: CAUSED_BY_ORDER.join("|"), isRegex: true },
  ];
  const who = { by: userInfo().username, comment };
  const silence = (id?: string) =>
    alerts.silence(matchers, new Date(Date.now() + SILENCE_SECONDS * 1000), who, id);
  const problem = (error: unknown) => report(`alerts of ${host} are not kept back: ${messageOf(error)}`);
  const begun = (id?: string) =>
    silence(id).catch((error: unknown) => {
      problem(error);
      return id;
    });
  let last = await begun();
  // One after the other, and none of them after the end.
  let renewal = Promise.resolve();
  const renewing = setInterval(() => {
    renewal = renewal.then(async () => {
      last = await begun(last);
    });
  }, RENEWAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await renewal;
    if (last !== undefined) await alerts.endSilence(last).catch(problem);
  }
}
