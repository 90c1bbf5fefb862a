import { DATA_ROOT } from "../../paths.ts";
import { anyOf, DATA_VOLUME, DAY, freePercent, HOUR, lines, MINUTE, TWO_SAMPLES } from "./expression.ts";
import type { AlertRule } from "./rule.ts";
import type { Thresholds } from "./schema.ts";

const SUBJECT = { subject: "hosts", dashboard: "hosts" } as const;
const CAPACITY = { subject: "hosts", dashboard: "capacity" } as const;

/** Disks, processors, memory, clocks, certificates and units. */
export const hostRules = (thresholds: Thresholds): readonly AlertRule[] => [
  ...diskRules(thresholds),
  {
    ...SUBJECT,
    name: "CpuHigh",
    severity: "high",
    // A processor that waits for a disk is free for others.
    expr: `100 - 100 * avg by (instance, role) (sum by (instance, role, cpu) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[1m]))) > ${thresholds.cpuPercent}`,
    forSeconds: 5 * MINUTE,
    summary: "The processors of {{ $labels.instance }} are busy",
    description:
      "{{ $value | humanize }} % of all processors of {{ $labels.instance }} are in use, for five minutes now.",
  },
  {
    ...SUBJECT,
    name: "MemoryHigh",
    severity: "high",
    expr: `100 - 100 * node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes > ${thresholds.memoryPercent}`,
    forSeconds: 5 * MINUTE,
    summary: "The memory of {{ $labels.instance }} is almost used up",
    description:
      "{{ $value | humanize }} % of the memory of {{ $labels.instance }} is in use, for five minutes now.",
  },
  {
    ...SUBJECT,
    name: "ClockSkew",
    severity: "high",
    // By its own account, and by that of the operations host, which notices a host that asks nobody for the time. A busy host may
    // look at its clock late, but not each time.
    expr: anyOf(
      [
        "node_timex_offset_seconds",
        "min_over_time((node_time_seconds - timestamp(node_time_seconds))[2m:15s])",
      ].map((offset) => `max by (instance, role) (abs(${offset})) > ${thresholds.clockSkewSeconds}`),
    ),
    forSeconds: 5 * MINUTE,
    summary: "The clock of {{ $labels.instance }} is wrong",
    description: "The clock of {{ $labels.instance }} differs by {{ $value | humanizeDuration }}.",
  },
  {
    ...SUBJECT,
    name: "CertificateExpiresSoon",
    severity: "critical",
    expr: `min by (instance, path) (holdfast_certificate_end_timestamp_seconds - time()) < ${thresholds.certificateCriticalDays * DAY}`,
    forSeconds: TWO_SAMPLES,
    summary: "A certificate on {{ $labels.instance }} ends soon",
    description:
      "{{ $labels.path }} ends in {{ $value | humanizeDuration }}; then nobody trusts {{ $labels.instance }}.",
  },
  {
    ...SUBJECT,
    name: "CertificateRenewalDue",
    severity: "medium",
    expr: `min by (instance, path) (holdfast_certificate_end_timestamp_seconds - time()) < ${thresholds.certificateRenewalDays * DAY}`,
    forSeconds: HOUR,
    summary: "A certificate on {{ $labels.instance }} waits for an update",
    description: "{{ $labels.path }} ends in {{ $value | humanizeDuration }}. The next update renews it.",
  },
  {
    ...SUBJECT,
    name: "UnitFailed",
    severity: "high",
    expr: 'node_systemd_unit_state{state="failed"} == 1',
    forSeconds: MINUTE,
    summary: "{{ $labels.name }} has failed on {{ $labels.instance }}",
    description:
      "systemd has given {{ $labels.name }} on {{ $labels.instance }} up ({{ $value | humanize }}).",
  },
];

const diskRules = (thresholds: Thresholds): readonly AlertRule[] => [
  {
    ...CAPACITY,
    name: "DiskSpaceCritical",
    severity: "critical",
    expr: `100 - ${freePercent(DATA_VOLUME)} > ${thresholds.diskUsedCriticalPercent}`,
    forSeconds: TWO_SAMPLES,
    summary: "The data volume of {{ $labels.instance }} is almost full",
    description: "{{ $value | humanize }} % of {{ $labels.mountpoint }} on {{ $labels.instance }} is used.",
  },
  {
    ...CAPACITY,
    name: "DiskSpaceLow",
    severity: "high",
    expr: `${freePercent(`mountpoint=~"/|${DATA_ROOT}"`)} < ${thresholds.diskFreeLowPercent}`,
    forSeconds: 5 * MINUTE,
    summary: "Disk space gets scarce on {{ $labels.instance }}",
    description: "{{ $value | humanize }} % of {{ $labels.mountpoint }} on {{ $labels.instance }} is free.",
  },
  {
    ...CAPACITY,
    name: "DiskFillsUp",
    severity: "high",
    // A base backup or an import fills a part of an empty disk, and ends.
    expr: lines(
      `predict_linear(node_filesystem_avail_bytes{${DATA_VOLUME}}[6h], ${thresholds.diskFullWithinHours * HOUR}) < 0`,
      // A new cluster, or a member that was copied again, grew fast, and does not any more.
      `and on (instance, mountpoint) predict_linear(node_filesystem_avail_bytes{${DATA_VOLUME}}[15m], ${thresholds.diskFullWithinHours * HOUR}) < 0`,
      `and on (instance, mountpoint) ${freePercent(DATA_VOLUME)} < 50`,
    ),
    forSeconds: 30 * MINUTE,
    summary: "The data volume of {{ $labels.instance }} will soon be full",
    description: `As the last six hours went, {{ $value | humanize1024 }}B would be free on {{ $labels.mountpoint }} in ${thresholds.diskFullWithinHours} hours.`,
  },
];
