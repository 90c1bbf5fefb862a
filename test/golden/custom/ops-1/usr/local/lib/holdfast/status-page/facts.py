"""What the page shows, as asked a moment ago. Of what nobody knows there is nothing."""

from dataclasses import dataclass, field

from ask import Curve, Prometheus

HOUR = 3600
STEP = 60


@dataclass(frozen=True)
class Plot:
    title: str
    expression: str
    unit: str
    # The label by which its curves differ; empty where there is one.
    by: str = ""


# By the primary's account; of a standby that it does not know, what that one has and does not show.
BEHIND = (
    'max by (instance) (label_join(max by (standby) (pg_standby_lag_bytes{stage="replay"}), "instance", "", "standby")'
    " or on (instance) pg_replay_lag_bytes) and on (instance) pg_state_in_recovery == 1"
)

PLOTS = [
    # Of applications: in postgres Patroni and the exporters ask, and a server counts that of its time as a standby at once when promoted.
    Plot("Commits a second", 'sum(rate(pg_databases_commits_total{datname!="postgres"}[2m]) and on (instance) pg_state_in_recovery == 0)', "number"),
    Plot("Sessions", "sum by (instance) (pg_sessions_count)", "number", "instance"),
    Plot("Behind the leader", BEHIND, "bytes", "instance"),
    Plot("WAL a second", "max(rate(pg_wal_written_bytes_total[2m]) and on (instance) pg_state_in_recovery == 0)", "bytes"),
    Plot("Processors used", 'max by (role) (1 - avg by (instance, role) (rate(node_cpu_seconds_total{mode="idle"}[2m])))', "share", "role"),
    Plot("Data volumes used", 'max by (role) (1 - node_filesystem_avail_bytes{mountpoint="/srv/data"} / node_filesystem_size_bytes)', "share", "role"),
]

# By instance: what a table says of a host. When it was last well is known to the minute, and of a day.
MEMBER = {
    "up": "pg_up",
    "seen": "max_over_time(timestamp(pg_up == 1)[1d:1m])",
    "standby": "pg_state_in_recovery",
    "primary": "patroni_primary",
    "synchronous": "patroni_sync_standby + patroni_quorum_standby",
    "timeline": "patroni_postgres_timeline",
    "lag": BEHIND,
    "streaming": "pg_replay_streaming",
    "sessions": "sum by (instance) (pg_sessions_count)",
    "started": "pg_state_start_time_seconds",
    "maintenance": 'max by (instance) (ALERTS{alertname="HostInMaintenance",alertstate="firing"})',
}
HOST = {
    "up": 'max by (instance) (up{job="node"})',
    "seen": 'max by (instance) (max_over_time(timestamp(up{job="node"} == 1)[1d:1m]))',
    "cpu": '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[2m]))',
    "memory": "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
    "disk": 'max by (instance) (1 - node_filesystem_avail_bytes{mountpoint=~"/srv/data|/"} / node_filesystem_size_bytes)',
}
BACKUPS = {
    "base": "holdfast_backup_last_success_timestamp_seconds",
    "size": "holdfast_backup_size_bytes",
    "waiting": "holdfast_bucket_queue_files",
    "uploaded": "holdfast_bucket_last_upload_timestamp_seconds",
    "reachable": "holdfast_bucket_reachable",
    "tested": "holdfast_restore_test_last_success_timestamp_seconds",
    "start": 'holdfast_recovery_window_start_timestamp_seconds{place="bucket"}',
    "end": 'holdfast_recovery_window_end_timestamp_seconds{place="bucket"}',
    "looked": 'holdfast_job_last_success_timestamp_seconds{job_name="recovery-window"}',
}
JOB = {
    "started": "holdfast_job_last_start_timestamp_seconds",
    "succeeded": "holdfast_job_last_success_timestamp_seconds",
    "seconds": "holdfast_job_duration_seconds",
    "success": "holdfast_job_success",
    "running": "holdfast_job_running",
}

Row = dict[str, float]


@dataclass
class Facts:
    cluster: str
    # The host that makes the page.
    host: str
    now: float
    # None where nobody knows which fire.
    alerts: list[dict] | None = None
    members: dict[str, Row] = field(default_factory=dict)
    hosts: dict[str, Row] = field(default_factory=dict)
    backups: Row = field(default_factory=dict)
    jobs: dict[str, Row] = field(default_factory=dict)
    plots: list[tuple[Plot, list[Curve]]] = field(default_factory=list)
    # What could not be asked, and why.
    problems: list[str] = field(default_factory=list)


def table(prometheus: Prometheus, columns: dict[str, str], label: str) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for column, expression in columns.items():
        for sample in prometheus.query(expression):
            if label in sample.labels:
                rows.setdefault(sample.labels[label], {})[column] = sample.value
    return dict(sorted(rows.items()))


def gather(facts: Facts, prometheus: Prometheus, members: list[str]) -> None:
    known = table(prometheus, MEMBER, "instance")
    # One that tells nothing is in the table all the same.
    facts.members = {name: known.get(name, {}) for name in members}
    # One that is no longer asked is none of the cluster's.
    facts.hosts = {name: row for name, row in table(prometheus, HOST, "instance").items() if "up" in row}
    facts.backups = {name: found[0].value for name, asked in BACKUPS.items() if (found := prometheus.query(asked))}
    facts.jobs = table(prometheus, JOB, "job_name")
    start = facts.now - HOUR
    facts.plots = [(plot, prometheus.curves(plot.expression, start, facts.now, STEP)) for plot in PLOTS]
