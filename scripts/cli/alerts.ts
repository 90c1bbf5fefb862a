import { readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { NOTIFICATION_TEST } from "../../components/monitoring/names.ts";
import { didYouMean } from "../../infra/config/problems.ts";
import { poll } from "../operations/wait.ts";
import { PROJECT_ROOT } from "../project.ts";
import { report, UserError } from "../report.ts";
import { Alerts, type Silence } from "../stack/alerts.ts";
import { readStack } from "../stack/outputs.ts";
import { renderAlerts } from "./alerts-text.ts";

export interface AlertsOptions {
  readonly stack: string;
  readonly json?: true;
}

export async function alertsList({ stack, json }: AlertsOptions): Promise<void> {
  const alerts = new Alerts(await readStack(stack));
  const [firing, silences, receivers] = await Promise.all([
    alerts.firing(),
    alerts.silences(),
    alerts.receivers(),
  ]);
  process.stdout.write(
    json ? `${JSON.stringify({ firing, silences }, null, 2)}\n` : renderAlerts(firing, silences, receivers),
  );
}

/** An alert, of one host or of all. */
export interface SilencedAlert {
  readonly stack: string;
  readonly host?: string;
}

export interface SilenceOptions extends SilencedAlert {
  readonly for: string;
  readonly comment: string;
}

const UNITS = { m: 60, h: 3600, d: 86_400 } as const;
const LONGEST_SECONDS = 30 * UNITS.d;

/** "30m", "2h" or "1d" in seconds: pure. */
export function spanOf(text: string): number {
  const [, number, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  // The pattern admits these three units alone.
  const seconds = Number(number) * UNITS[unit as keyof typeof UNITS];
  if (!(seconds <= LONGEST_SECONDS)) {
    throw new UserError(
      `"${text}" is no span for a silence`,
      "give one like 30m, 2h or 1d, of 30 days at most",
    );
  }
  return seconds;
}

/** Every alert has a page by its name. */
const alertNames = (): readonly string[] =>
  readdirSync(join(PROJECT_ROOT, "docs/runbooks")).map((file) => file.replace(/\.md$/, ""));

/** A slip in a name would leave the alert as loud as before, and nobody would know. */
function requireKnown(alert: string, host: string | undefined, hosts: readonly string[]): void {
  const known = (kind: string, word: string, names: readonly string[], next: string) => {
    if (names.includes(word)) return;
    const guess = didYouMean(word, names);
    throw new UserError(
      `there is no ${kind} "${word}"`,
      guess === undefined ? next : `did you mean ${guess}? If not, ${next}`,
    );
  };
  known("alert", alert, alertNames(), "each page of docs/runbooks has the name of one");
  if (host !== undefined) known("host", host, hosts, `name one of ${hosts.join(", ")}`);
}

/** An alert of the whole cluster, like NoLeader, names no host: a silence of one would keep nothing back. */
async function requireOfHost(alerts: Alerts, alert: string, host: string | undefined): Promise<void> {
  const firing = (await alerts.firing()).filter(({ labels }) => labels["alertname"] === alert);
  if (host === undefined || firing.length === 0 || firing.some(({ labels }) => labels["instance"] === host))
    return;
  const of = firing.map(({ labels }) => labels["instance"] ?? "the whole cluster");
  throw new UserError(
    `${alert} fires, and not of ${host}: it is of ${[...new Set(of)].join(", ")}`,
    "leave --host out, or name a host of which it fires",
  );
}

const labelsOf = (alert: string, host: string | undefined): Readonly<Record<string, string>> => ({
  alertname: alert,
  ...(host === undefined ? {} : { instance: host }),
});

export async function alertsSilence(alert: string, options: SilenceOptions): Promise<void> {
  const until = new Date(Date.now() + spanOf(options.for) * 1000);
  const stack = await readStack(options.stack);
  requireKnown(
    alert,
    options.host,
    stack.hosts.map(({ name }) => name),
  );
  const alerts = new Alerts(stack);
  await requireOfHost(alerts, alert, options.host);
  const matchers = Object.entries(labelsOf(alert, options.host)).map(([name, value]) => ({
    name,
    value,
    isRegex: false,
  }));
  const id = await alerts.silence(matchers, until, { by: userInfo().username, comment: options.comment });
  process.stdout.write(
    `nobody is told of ${alert}${options.host === undefined ? "" : ` on ${options.host}`} until ${until.toISOString()}\n`,
  );
  report(`the silence is ${id}; ./holdfast alerts list shows it, ./holdfast alerts unsilence ends it`);
}

/** The silences by which nobody is told of an alert: pure. With a host, those of that host alone. */
export const silencesOf = (
  silences: readonly Silence[],
  alert: string,
  host: string | undefined,
): readonly Silence[] =>
  silences.filter(({ matchers }) =>
    Object.entries(labelsOf(alert, host)).every(([name, value]) =>
      matchers.some(
        (each) =>
          each.name === name &&
          each.isEqual &&
          (each.isRegex ? new RegExp(`^(?:${each.value})$`).test(value) : each.value === value),
      ),
    ),
  );

export async function alertsUnsilence(alert: string, options: SilencedAlert): Promise<void> {
  const stack = await readStack(options.stack);
  const alerts = new Alerts(stack);
  const found = silencesOf(await alerts.silences(), alert, options.host);
  const of = `${alert}${options.host === undefined ? "" : ` on ${options.host}`}`;
  if (found.length === 0) {
    throw new UserError(`there is no silence of ${of}`, "see which there are: ./holdfast alerts list");
  }
  for (const { id } of found) await alerts.endSilence(id);
  process.stdout.write(
    `people are told of ${of} again: ${found.length === 1 ? "one silence has" : `${found.length} silences have`} ended\n`,
  );
}

/** Whoever tries twice in a row waits for the minute between two messages of a group. */
const TEST_SECONDS = 90;

/** Sends a real alert on the way of a severity, and waits until each receiver there has taken it. */
export async function testNotification(options: {
  readonly stack: string;
  readonly severity: "critical" | "high" | "medium";
}): Promise<void> {
  const stack = await readStack(options.stack);
  const { severity } = options;
  const alerts = new Alerts(stack);
  const receivers = (await alerts.receivers())[severity];
  if (receivers.length === 0) {
    throw new UserError(
      `nobody is told of ${severity} alerts`,
      "configure notifications.slack, notifications.pagerduty or notifications.email, and run ./holdfast up",
    );
  }
  const before = await alerts.attempts();
  await alerts.fire(
    { alertname: NOTIFICATION_TEST, severity, cluster: stack.clusterName, at: new Date().toISOString() },
    {
      summary: `a test of the way of ${severity} alerts`,
      description: `sent by ${userInfo().username}; nothing is wrong`,
    },
    new Date(Date.now() + TEST_SECONDS * 1000),
  );
  report(`an alert of severity ${severity} is on its way to ${receivers.join(" and ")}`);
  let silent: readonly string[] = receivers;
  await poll(TEST_SECONDS, async () => {
    const now = await alerts.attempts();
    silent = receivers.filter((kind) => {
      const [was, is] = [before.get(kind), now.get(kind)];
      const taken = (is?.all ?? 0) - (is?.failed ?? 0) - ((was?.all ?? 0) - (was?.failed ?? 0));
      return taken <= 0;
    });
    return silent.length === 0 ? true : undefined;
  });
  if (silent.length > 0) {
    throw new UserError(
      `${silent.join(" and ")} did not take it within ${TEST_SECONDS} s`,
      `see why: ./holdfast logs ${alerts.host} prometheus-alertmanager --stack ${stack.name}`,
    );
  }
  process.stdout.write(`taken by ${receivers.join(" and ")}\n`);
}
