import { DATA_ROOT } from "../../paths.ts";
import type { Known } from "./levels.ts";
import { graph, query, type Section, states } from "./panel.ts";

const VOLUME = `{mountpoint="${DATA_ROOT}",role="operations"}`;

/** The way of WAL: from the server to the operations host, and on into the bucket. */
export const archive = (facts: Known): readonly Section[] => [
  { title: "WAL to the operations host", height: 8, panels: arrival(facts) },
  { title: "WAL to the bucket", height: 8, panels: bucket(facts) },
];

const arrival = ({ levels }: Known): Section["panels"] => [
  graph({
    title: "Files that wait for archive_command",
    width: 8,
    unit: "none",
    decimals: 0,
    bounds: levels.archiveWaitingFiles,
    queries: [query("pg_archiver_waiting_files", "{{instance}}")],
  }),
  graph({
    title: "Files archived",
    width: 8,
    unit: "short",
    queries: [
      query("increase(pg_archiver_archived_total[5m])", "{{instance}}, in 5 minutes"),
      query("increase(pg_archiver_failed_total[5m])", "{{instance}} failed, in 5 minutes"),
    ],
  }),
  graph({
    title: "Last file archived",
    width: 8,
    unit: "s",
    description: "Age, on the leader. It grows to archive_timeout where little is written.",
    queries: [
      query(
        "(time() - pg_archiver_last_archived_timestamp_seconds) and on (instance) pg_state_in_recovery == 0 and pg_archiver_last_archived_timestamp_seconds > 0",
        "{{instance}}",
      ),
    ],
  }),
  states({
    title: "Barman's units",
    width: 12,
    unit: "none",
    texts: { 0: { text: "does not run", color: "red" }, 1: { text: "runs", color: "green" } },
    queries: [
      query(
        'node_systemd_unit_state{name=~"barman-(receive-wal|ship)([.]service)?",state="active"}',
        "{{name}}",
      ),
    ],
  }),
  graph({
    title: "Operations host's data volume",
    width: 12,
    unit: "percentunit",
    max: 1,
    bounds: levels.diskUsedRatio,
    description: "Barman's catalogue is here.",
    queries: [
      query(
        `max by (instance) (1 - node_filesystem_avail_bytes${VOLUME} / node_filesystem_size_bytes${VOLUME})`,
        "{{instance}}",
      ),
    ],
  }),
];

const bucket = ({ levels }: Known): Section["panels"] => [
  graph({
    title: "Oldest file that waits",
    width: 6,
    unit: "s",
    bounds: levels.uploadWaitSeconds,
    description: "What the loss of all hosts would cost, at least.",
    queries: [
      query(
        "max((time() - holdfast_bucket_oldest_waiting_timestamp_seconds) * (holdfast_bucket_oldest_waiting_timestamp_seconds > bool 0))",
        "age",
      ),
    ],
  }),
  graph({
    title: "Queue",
    width: 6,
    unit: "bytes",
    queries: [query("sum(holdfast_bucket_queue_bytes)", "waiting")],
  }),
  graph({
    title: "Files in the queue, and uploads that failed",
    width: 6,
    unit: "none",
    decimals: 0,
    queries: [
      query("sum(holdfast_bucket_queue_files)", "waiting"),
      query("sum(increase(holdfast_bucket_upload_failures_total[5m]))", "failed, in 5 minutes"),
    ],
  }),
  graph({
    title: "Last upload",
    width: 6,
    unit: "s",
    description: "Age of the last file that came into the bucket.",
    bounds: levels.uploadAgeSeconds,
    queries: [query("time() - (max(holdfast_bucket_last_upload_timestamp_seconds) > 0)", "age")],
  }),
];
