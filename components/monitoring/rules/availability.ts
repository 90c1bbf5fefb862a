import { HOST_JOBS, lines, MINUTE, zeroTwice } from "./expression.ts";
import type { AlertRule, ClusterFacts } from "./rule.ts";

/**
 * A planned switchover leaves two seconds without a leader. Members are scraped at different moments of their 5 s, so between
 * the last scrape that saw the one and the first that saw the other are up to twelve, and three more for a slow one.
 */
const LONGER_THAN_A_SWITCHOVER = "15s";
/** The other way round: for so long the new one is seen while what is known of the old one is from before. */
const LONGER_THAN_AN_OVERLAP = "13s";

const SUBJECT = { subject: "availability", dashboard: "overview" } as const;

/** Whether PostgreSQL runs, who leads, and whether clients reach it. */
export const availabilityRules = ({ members, proxies }: ClusterFacts): readonly AlertRule[] => [
  {
    ...SUBJECT,
    name: "HostDown",
    severity: "critical",
    expr: lines(
      `min by (instance, role) (count_over_time(up{job=~"${HOST_JOBS}"}[14s])) >= 2`,
      `and max by (instance, role) (max_over_time(up{job=~"${HOST_JOBS}"}[14s])) == 0`,
    ),
    forSeconds: 0,
    summary: "{{ $labels.instance }} is down",
    description:
      "Nothing on the {{ $labels.role }} host {{ $labels.instance }} has answered {{ $value | humanize }} scrapes in a row.",
  },
  {
    ...SUBJECT,
    name: "PostgreSQLDown",
    severity: "critical",
    // Where its exporter is silent, Patroni knows; a server that hangs silences both. On a host that has answered all the time:
    // one that comes back was silent, too.
    expr: lines(
      `(${zeroTwice("pg_up")})`,
      "or on (instance)",
      `(${zeroTwice('up{job="postgres"}')}`,
      '  and on (instance) (max_over_time(patroni_postgres_running[14s]) == 0 or on (instance) max_over_time(up{job="patroni"}[14s]) == 0)',
      '  and on (instance) min_over_time(up{job="node"}[14s]) == 1)',
    ),
    forSeconds: 0,
    summary: "PostgreSQL is down on {{ $labels.instance }}",
    description:
      "The server on {{ $labels.instance }} has not answered {{ $value | humanize }} scrapes in a row.",
  },
  {
    ...SUBJECT,
    name: "NoLeader",
    severity: "critical",
    // Only once all members were looked at twice: else the first seconds of Prometheus itself would look like it.
    expr: lines(
      `count(count_over_time(up{job="patroni"}[${LONGER_THAN_A_SWITCHOVER}]) >= 2) == ${members.length}`,
      `and (max(max_over_time(patroni_primary[${LONGER_THAN_A_SWITCHOVER}]))`,
      // No Patroni at all says so: proxies lead nobody anywhere then.
      `  or (vector(0) and on () max(max_over_time(up{job="patroni"}[${LONGER_THAN_A_SWITCHOVER}])) == 0)) == 0`,
    ),
    forSeconds: 0,
    summary: "The cluster has no leader",
    description: "None of {{ $value | humanize }} members leads: nothing can be written.",
  },
  {
    ...SUBJECT,
    name: "TwoLeaders",
    severity: "critical",
    expr: lines(
      `count(min_over_time(patroni_primary[${LONGER_THAN_AN_OVERLAP}]) == 1 and patroni_primary == 1) > 1`,
      `or count(max_over_time(pg_state_in_recovery[${LONGER_THAN_AN_OVERLAP}]) == 0 and pg_state_in_recovery == 0) > 1`,
    ),
    forSeconds: 0,
    summary: "The cluster has more than one leader",
    description: "{{ $value | humanize }} members take themselves for the leader, or take writes.",
  },
  {
    ...SUBJECT,
    name: "WriterEndpointDown",
    severity: "critical",
    expr: writerDown(proxies.length),
    forSeconds: 0,
    summary: "No proxy leads writers to the primary",
    description:
      "On all of {{ $value | humanize }} proxies the way from the writer's pool to the primary is broken.",
  },
  {
    ...SUBJECT,
    name: "ProxyDown",
    severity: "high",
    expr: lines(
      'up{job="haproxy"} == 0',
      "or on (instance) pgbouncer_up == 0",
      'or on (instance) haproxy_backend_active_servers{proxy="primary"} == 0',
    ),
    forSeconds: 30,
    summary: "The proxy {{ $labels.instance }} does not serve",
    description:
      "HAProxy or a pooler of {{ $labels.instance }} is down, or leads to no primary ({{ $value | humanize }} of them). Clients have to use another proxy.",
  },
  {
    ...SUBJECT,
    name: "PatroniDown",
    severity: "high",
    expr: 'up{job="patroni"} == 0',
    forSeconds: 30,
    summary: "Patroni is down on {{ $labels.instance }}",
    description:
      "Patroni on {{ $labels.instance }} does not answer ({{ $value | humanize }}): its server follows nobody's orders, and is replaced if it led.",
  },
  {
    ...SUBJECT,
    name: "PatroniPaused",
    severity: "high",
    expr: "max(last_over_time(patroni_is_paused[15m])) == 1",
    forSeconds: 60 * MINUTE,
    summary: "Patroni has been paused for an hour",
    description:
      "Patroni is paused ({{ $value | humanize }}) for an hour now: there is no failover meanwhile.",
  },
  {
    ...SUBJECT,
    name: "HostInMaintenance",
    severity: "medium",
    expr: lines(
      // An order of which nobody keeps the account any more would hide its host for ever.
      'max by (instance, role) (holdfast_maintenance == 1 unless on (instance) time() - node_textfile_mtime_seconds{file=~"(.*/)?host[.]prom"} > 300)',
      // A host that is off says nothing: what it said last holds until it says something else.
      'or max by (instance, role) (last_over_time(ALERTS{alertname="HostInMaintenance",alertstate="firing"}[5m])',
      '  unless on (instance) holdfast_maintenance and on (instance) up{job="node"})',
    ),
    forSeconds: 0,
    summary: "{{ $labels.instance }} is in maintenance",
    description:
      "{{ $labels.instance }} is out of service by an operator's order ({{ $value | humanize }}): the cluster has one host less.",
  },
];

/** On each proxy one of these is broken, as seen for longer than a switchover takes. */
function writerDown(proxies: number): string {
  const broken = [
    'up{job="haproxy"}',
    'up{job="pgbouncer",pooler="writer"}',
    'haproxy_backend_active_servers{proxy="primary"}',
    'pgbouncer_up{pooler="writer"}',
  ].map((series) => `max_over_time(${series}[${LONGER_THAN_A_SWITCHOVER}]) == 0`);
  return lines(
    "count(",
    `  (${broken.join("\n  or on (instance) ")})`,
    `  and on (instance) count_over_time(up{job="haproxy"}[${LONGER_THAN_A_SWITCHOVER}]) >= 2`,
    `) == ${proxies}`,
  );
}
