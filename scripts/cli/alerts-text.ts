import Table from "cli-table3";
import type { Alert, AlertSeverity, Silence } from "../stack/alerts.ts";

const ORDER = ["critical", "high", "medium"];
const rank = ({ labels }: Alert): number => {
  const found = ORDER.indexOf(labels["severity"] ?? "");
  return found === -1 ? ORDER.length : found;
};
const minute = (at: string): string => at.slice(0, 16).replace("T", " ");

/** Always there, so that its absence tells: no news to anybody who asks. */
const isWatchdog = ({ labels }: Alert): boolean => labels["severity"] === "none";

type Receivers = Readonly<Record<AlertSeverity, readonly string[]>>;

/** Events go where high alerts go. */
const toldBy = ({ labels }: Alert, receivers: Receivers): string => {
  const severity = labels["severity"];
  const ways = receivers[severity === "critical" || severity === "medium" ? severity : "high"];
  return ways.length === 0 ? "NOBODY" : ways.join(", ");
};

/** The firing alerts, the worst first, whom they reach, and who keeps quiet about what; times in UTC: pure. */
export function renderAlerts(
  alerts: readonly Alert[],
  silences: readonly Silence[],
  receivers: Receivers,
): string {
  const shown = alerts.filter((alert) => !isWatchdog(alert)).sort((a, b) => rank(a) - rank(b));
  const silent = alerts.some(isWatchdog)
    ? ""
    : "THE DEAD MAN'S SWITCH DOES NOT FIRE: Prometheus evaluates no rules, or does not reach Alertmanager\n";
  if (shown.length === 0) return `${silent}no alert fires\n${renderSilences(silences)}`;
  const table = new Table({
    head: ["SEVERITY", "ALERT", "HOST", "SINCE (UTC)", "WHAT", "TOLD"],
    style: { head: [], border: [] },
  });
  for (const { labels, annotations, startsAt, status } of shown) {
    table.push([
      labels["severity"] ?? "",
      labels["alertname"] ?? "",
      labels["instance"] ?? "",
      minute(startsAt),
      annotations["summary"] ?? "",
      status.silencedBy.length > 0
        ? "silenced"
        : status.inhibitedBy.length > 0
          ? "follows from another"
          : toldBy({ labels, annotations, startsAt, status }, receivers),
    ]);
  }
  return `${silent}${table.toString()}\n${renderSilences(silences)}`;
}

function renderSilences(silences: readonly Silence[]): string {
  return silences
    .map(
      ({ matchers, createdBy, endsAt, comment }) =>
        `silent until ${minute(endsAt)} UTC: ${matchers.map(({ name, value }) => `${name}=${value}`).join(", ")} (${createdBy}: ${comment})\n`,
    )
    .join("");
}
