import { userInfo } from "node:os";
import { messageOf, type Report } from "../report.ts";
import type { Alerts } from "../stack/alerts.ts";

/** What a member's copy looks like from outside: its server does not run, and streams again when it does. */
export const COPY_ALERTS = [
  "PostgreSQLDown",
  "ReplicationBroken",
  "ReplicationLagCritical",
  "ReplicationLagHigh",
];

export interface Quiet {
  readonly host: string;
  /** Names of alerts. */
  readonly alerts: readonly string[];
  readonly seconds: number;
  readonly comment: string;
}

/**
 * Keeps alerts of a host back that an operation is the cause of, until it ends or its time is up: whoever ordered it knows.
 * Without Alertmanager it goes on all the same, and people are told.
 */
export async function whileQuiet<T>(
  alerts: Alerts,
  { host, alerts: names, seconds, comment }: Quiet,
  report: Report,
  work: () => Promise<T>,
): Promise<T> {
  const problem = (error: unknown) => report(`alerts of ${host} are not kept back: ${messageOf(error)}`);
  const silence = await alerts
    .silence(
      [
        { name: "instance", value: host, isRegex: false },
        { name: "alertname", value: names.join("|"), isRegex: true },
      ],
      new Date(Date.now() + seconds * 1000),
      { by: userInfo().username, comment },
    )
    .catch((error: unknown) => {
      problem(error);
      return undefined;
    });
  try {
    return await work();
  } finally {
    if (silence !== undefined) await alerts.endSilence(silence).catch(problem);
  }
}
