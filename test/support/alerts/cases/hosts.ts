import { type AlertCase, age, always, counter, drain, gauge, lost, of, on, onHost } from "../case.ts";

const node = of("node", "db-1");
const DATA = { mountpoint: "/srv/data" };
const DAY = 86_400;
const PATH = "/etc/patroni/tls/patroni.crt";

/** A clock that is right: the time itself. */
const clock = (off: number) => age(0, -off, "one scrape");

export const HOST_CASES: readonly AlertCase[] = [
  {
    alert: "DiskSpaceCritical",
    pace: "page",
    series: {
      [node("node_filesystem_avail_bytes", DATA)]: gauge(500, 99, 100),
      [node("node_filesystem_size_bytes", DATA)]: always(1000),
    },
    labels: { ...onHost("db-1"), ...DATA },
    description: "90.1 % of /srv/data on db-1 is used.",
  },
  {
    alert: "DiskSpaceLow",
    pace: "minutes",
    series: {
      [node("node_filesystem_avail_bytes", { mountpoint: "/" })]: gauge(500, 199, 200),
      [node("node_filesystem_size_bytes", { mountpoint: "/" })]: always(1000),
    },
    labels: { ...onHost("db-1"), mountpoint: "/" },
    description: "19.9 % of / on db-1 is free.",
  },
  {
    alert: "DiskFillsUp",
    pace: "hours",
    series: {
      [node("node_filesystem_avail_bytes", DATA)]: drain(0, 1, 0.3),
      [node("node_filesystem_size_bytes", DATA)]: always(100_000),
    },
    endsIn: 6 * 3600,
    labels: { ...on("node", "db-1"), ...DATA },
    description: "As the last six hours went, -46.67kiB would be free on /srv/data in 24 hours.",
  },
  {
    alert: "CpuHigh",
    pace: "minutes",
    series: {
      [node("node_cpu_seconds_total", { mode: "idle", cpu: "0" })]: counter(0.9, 0.1, 0.16),
      [node("node_cpu_seconds_total", { mode: "iowait", cpu: "0" })]: counter(0.05, 0.05, 0.05),
    },
    firesIn: 360,
    endsIn: 60,
    labels: onHost("db-1"),
    description: "85 % of all processors of db-1 are in use, for five minutes now.",
  },
  {
    alert: "MemoryHigh",
    pace: "minutes",
    series: {
      [node("node_memory_MemAvailable_bytes")]: gauge(500, 199, 200),
      [node("node_memory_MemTotal_bytes")]: always(1000),
    },
    labels: on("node", "db-1"),
    description: "80.1 % of the memory of db-1 is in use, for five minutes now.",
  },
  {
    alert: "ClockSkew",
    pace: "minutes",
    series: { [node("node_time_seconds")]: clock(2), [node("node_timex_offset_seconds")]: always(0.001) },
    firesIn: 420,
    labels: onHost("db-1"),
    description: "The clock of db-1 differs by 2s.",
  },
  {
    alert: "CertificateExpiresSoon",
    pace: "page",
    series: {
      [node("holdfast_certificate_end_timestamp_seconds", { path: PATH })]: age(
        -30 * DAY,
        -6.5 * DAY,
        -7 * DAY - 10,
      ),
    },
    labels: { instance: "db-1", path: PATH },
    description: `${PATH} ends in 6d 11h 59m 59s; then nobody trusts db-1.`,
  },
  {
    alert: "CertificateRenewalDue",
    pace: "hours",
    series: {
      [node("holdfast_certificate_end_timestamp_seconds", { path: PATH })]: age(
        -30 * DAY,
        -20.5 * DAY,
        -21 * DAY,
      ),
    },
    labels: { instance: "db-1", path: PATH },
    description: `${PATH} ends in 20d 12h 0m 0s. The next update renews it.`,
  },
  {
    alert: "UnitFailed",
    pace: "minutes",
    series: {
      [node("node_systemd_unit_state", { name: "etcd.service", state: "failed" })]: lost(0, 1),
    },
    labels: { ...on("node", "db-1"), name: "etcd.service", state: "failed" },
    description: "systemd has given etcd.service on db-1 up (1).",
  },
  {
    alert: "ClockSkew",
    way: "by-the-host",
    pace: "minutes",
    series: { [node("node_timex_offset_seconds")]: gauge(0.001, -0.51, -0.5) },
    labels: onHost("db-1"),
    description: "The clock of db-1 differs by 510ms.",
  },
];
