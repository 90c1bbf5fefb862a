import { DATA_ROOT } from "../../paths.ts";
import { services } from "./hosts-services.ts";
import type { Known } from "./levels.ts";
import { type Dashboard, graph, query, type Section, table } from "./panel.ts";
import { HOSTS, ON_HOST } from "./variables.ts";

/** The machines below it all, and whether what has to run on them runs. */
export const hosts = (facts: Known): Dashboard => ({
  name: "hosts",
  title: "Hosts",
  description: `Machines, units, certificates and scrapes of ${facts.cluster}.`,
  variables: [HOSTS],
  from: "now-3h",
  refresh: "10s",
  sections: [machines(facts), load(facts), disks(facts), network(facts), ...services(facts)],
});

const machines = ({ levels }: Known): Section => ({
  title: "Hosts",
  height: 8,
  panels: [
    table({
      title: "Hosts",
      width: 24,
      labels: { instance: "Host" },
      columns: [
        {
          name: "Runs for",
          unit: "dtdurations",
          expr: `time() - max by (instance) (node_boot_time_seconds{${ON_HOST}})`,
        },
        {
          name: "Processors",
          unit: "none",
          expr: `count by (instance) (node_cpu_seconds_total{mode="idle",${ON_HOST}})`,
        },
        {
          name: "Of them in use",
          unit: "percentunit",
          expr: `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle",${ON_HOST}}[$__rate_interval]))`,
          bounds: levels.cpuRatio,
        },
        {
          name: "Memory",
          unit: "bytes",
          expr: `max by (instance) (node_memory_MemTotal_bytes{${ON_HOST}})`,
        },
        {
          name: "Of it in use",
          unit: "percentunit",
          expr: `max by (instance) (1 - node_memory_MemAvailable_bytes{${ON_HOST}} / node_memory_MemTotal_bytes{${ON_HOST}})`,
          bounds: levels.memoryRatio,
        },
        {
          name: "Data volume",
          unit: "percentunit",
          expr: `max by (instance) (1 - node_filesystem_avail_bytes{mountpoint="${DATA_ROOT}",${ON_HOST}} / node_filesystem_size_bytes{mountpoint="${DATA_ROOT}",${ON_HOST}})`,
          bounds: levels.diskUsedRatio,
        },
        {
          name: "Root",
          unit: "percentunit",
          expr: `max by (instance) (1 - node_filesystem_avail_bytes{mountpoint="/",${ON_HOST}} / node_filesystem_size_bytes{mountpoint="/",${ON_HOST}})`,
          mayBeEmpty: "a container has no file system of its own as root",
          bounds: levels.diskUsedRatio,
        },
      ],
    }),
  ],
});

const load = ({ levels }: Known): Section => ({
  title: "Processors and memory",
  height: 8,
  panels: [
    graph({
      title: "Processors by what they do",
      width: 8,
      unit: "percentunit",
      max: 1,
      stacked: true,
      description:
        "On average over the hosts that are chosen. iowait is a disk that is waited for; steal is another machine's.",
      queries: [
        query(
          `sum by (mode) (rate(node_cpu_seconds_total{mode!="idle",${ON_HOST}}[$__rate_interval])) / scalar(count(node_cpu_seconds_total{mode="idle",${ON_HOST}}))`,
          "{{mode}}",
        ),
      ],
    }),
    graph({
      title: "Load for each processor",
      width: 8,
      unit: "short",
      description: "Above 1, processes wait for a processor or a disk.",
      bounds: { above: { warning: 1 } },
      queries: [
        query(
          `node_load1{${ON_HOST}} / on (instance) count by (instance) (node_cpu_seconds_total{mode="idle",${ON_HOST}})`,
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "Memory in use",
      width: 8,
      unit: "percentunit",
      max: 1,
      description: "What programs could not have any more; the kernel's cache does not count.",
      bounds: levels.memoryRatio,
      queries: [
        query(
          `1 - node_memory_MemAvailable_bytes{${ON_HOST}} / node_memory_MemTotal_bytes{${ON_HOST}}`,
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "Swapped in and out",
      width: 12,
      unit: "suffix: /s",
      description: "Pages.",
      queries: [
        query(
          `rate(node_vmstat_pswpin{${ON_HOST}}[$__rate_interval]) + rate(node_vmstat_pswpout{${ON_HOST}}[$__rate_interval])`,
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "Killed for want of memory",
      width: 12,
      unit: "none",
      decimals: 0,
      queries: [query(`increase(node_vmstat_oom_kill{${ON_HOST}}[10m])`, "{{instance}}, in 10 minutes")],
    }),
  ],
});

/** Whole disks: their partitions and what lies on top of them would count twice. */
const DISK = `device=~"(nvme[0-9]+n[0-9]+|[svx]+d[a-z]+)",${ON_HOST}`;

const disks = ({ levels }: Known): Section => ({
  title: "Disks",
  height: 8,
  panels: [
    graph({
      title: "Volumes in use",
      width: 6,
      unit: "percentunit",
      max: 1,
      bounds: levels.diskUsedRatio,
      queries: [
        query(
          `max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{mountpoint=~"/|${DATA_ROOT}",${ON_HOST}} / node_filesystem_size_bytes{mountpoint=~"/|${DATA_ROOT}",${ON_HOST}})`,
          "{{instance}} {{mountpoint}}",
        ),
      ],
    }),
    graph({
      title: "Read and written",
      width: 6,
      unit: "binBps",
      queries: [
        query(
          `sum by (instance) (rate(node_disk_read_bytes_total{${DISK}}[$__rate_interval]))`,
          "{{instance}} read",
        ),
        query(
          `sum by (instance) (rate(node_disk_written_bytes_total{${DISK}}[$__rate_interval]))`,
          "{{instance}} written",
        ),
      ],
    }),
    graph({
      title: "Time of a write",
      width: 6,
      unit: "s",
      description: "On average.",
      queries: [
        query(
          `sum by (instance, device) (rate(node_disk_write_time_seconds_total{${DISK}}[$__rate_interval])) / clamp_min(sum by (instance, device) (rate(node_disk_writes_completed_total{${DISK}}[$__rate_interval])), 0.001)`,
          "{{instance}} {{device}}",
        ),
      ],
    }),
    graph({
      title: "Busy",
      width: 6,
      unit: "percentunit",
      max: 1,
      queries: [
        query(
          `max by (instance, device) (rate(node_disk_io_time_seconds_total{${DISK}}[$__rate_interval]))`,
          "{{instance}} {{device}}",
        ),
      ],
    }),
  ],
});

const network = ({ levels }: Known): Section => ({
  title: "Network and clocks",
  height: 8,
  panels: [
    graph({
      title: "Received and sent",
      width: 8,
      unit: "binBps",
      queries: [
        query(
          `sum by (instance) (rate(node_network_receive_bytes_total{device!="lo",${ON_HOST}}[$__rate_interval]))`,
          "{{instance}} received",
        ),
        query(
          `sum by (instance) (rate(node_network_transmit_bytes_total{device!="lo",${ON_HOST}}[$__rate_interval]))`,
          "{{instance}} sent",
        ),
      ],
    }),
    graph({
      title: "Packets lost or broken",
      width: 8,
      unit: "suffix: /s",
      queries: [
        query(
          `sum by (instance) (rate(node_network_receive_errs_total{device!="lo",${ON_HOST}}[$__rate_interval]) + rate(node_network_receive_drop_total{device!="lo",${ON_HOST}}[$__rate_interval]) + rate(node_network_transmit_errs_total{device!="lo",${ON_HOST}}[$__rate_interval]) + rate(node_network_transmit_drop_total{device!="lo",${ON_HOST}}[$__rate_interval]))`,
          "{{instance}}",
        ),
      ],
    }),
    graph({
      title: "Clock is off by",
      width: 8,
      unit: "s",
      bounds: levels.clockSkewSeconds,
      queries: [query(`abs(node_timex_offset_seconds{${ON_HOST}})`, "{{instance}}")],
    }),
  ],
});
