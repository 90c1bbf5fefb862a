import { describe, expect, test } from "vitest";
import { problemsOf, renderProof } from "../../../../scripts/cli/proof.ts";
import { parseBackupFacts } from "../../../../scripts/stack/backups.ts";
import type { MemberFacts } from "../../../../scripts/stack/facts.ts";

const standby = (name: string) => ({ name, role: "quorum_standby", state: "streaming", timeline: 1 });
const VIEW = {
  members: [
    { name: "db-1", role: "leader", state: "running", timeline: 1 },
    standby("db-2"),
    standby("db-3"),
  ],
};

const facts = (name: string, change: Partial<MemberFacts> = {}): MemberFacts => ({
  host: {
    name,
    role: "database",
    zone: "a",
    address: "10.0.0.1",
    ssh: { host: "127.0.0.1", port: 22, user: "admin", hostKey: "" },
  },
  etcdHealthy: true,
  inMaintenance: false,
  patroni: VIEW,
  server: { banner: "PostgreSQL 17", version: "17", inRecovery: false, pendingRestart: 0, standbys: [] },
  ...change,
});
const ALL = [facts("db-1"), facts("db-2"), facts("db-3")];
const SILENT: Partial<MemberFacts> = { problem: "db-3 does not answer", etcdHealthy: false };

describe("a proof asks for", () => {
  test("one leader, with all others streaming from it", () => {
    expect(problemsOf(ALL, "strict")).toEqual([]);
    const { patroni: _, ...mute } = facts("db-3");
    expect(problemsOf([...ALL.slice(0, 2), { ...mute, ...SILENT }], "strict")).toEqual([
      "db-3 does not answer",
    ]);
    const alone = { patroni: { members: VIEW.members.slice(0, 1) } };
    expect(problemsOf([facts("db-1", alone), facts("db-2", alone)], "strict")).toEqual([
      "db-2 is not in the cluster",
    ]);
  });

  test("an etcd on every member", () => {
    expect(problemsOf([...ALL.slice(0, 2), facts("db-3", { etcdHealthy: false })], "strict")).toEqual([
      "etcd on db-3 is not healthy",
    ]);
  });

  test("a server that answers on every member, whatever Patroni said last", () => {
    const { server: _, ...mute } = facts("db-3");
    expect(problemsOf([...ALL.slice(0, 2), mute], "strict")).toEqual(["PostgreSQL on db-3 does not answer"]);
    expect(problemsOf([...ALL.slice(0, 2), { ...mute, inMaintenance: true }], "strict")).toEqual([]);
  });

  test("no server of a host that is out of service, but for its vote", () => {
    const view = { patroni: { members: VIEW.members.slice(0, 2) } };
    const out = facts("db-3", { inMaintenance: true });
    expect(problemsOf([facts("db-1", view), facts("db-2", view), out], "strict")).toEqual([]);
    expect(
      problemsOf([facts("db-1", view), facts("db-2", view), { ...out, etcdHealthy: false }], "strict"),
    ).toEqual(["etcd on db-3 is not healthy"]);
  });

  test("an answer at all", () => {
    const { patroni: _, ...mute } = facts("db-1");
    expect(problemsOf([mute], "async")).toEqual(["there is no running leader", "db-1 is not in the cluster"]);
  });
});

describe("what is shown of backups", () => {
  const shown = (metrics: string) =>
    renderProof(
      { name: "local", clusterName: "local", monitoring: { host: "127.0.0.1", port: 20_090 } },
      {
        members: [],
        writtenThrough: "db-1",
        readThrough: "db-2",
        readAfterMs: 1,
        backups: parseBackupFacts(metrics),
        untold: [],
      },
    );
  const METRICS = [
    "holdfast_backup_last_success_timestamp_seconds 1795754904",
    "holdfast_bucket_queue_files 0",
    "holdfast_bucket_last_upload_timestamp_seconds 1795754911.25",
  ];

  test("is what is in the bucket since when, and what is not there yet", () => {
    expect(shown(METRICS.join("\n"))).toContain(
      "the last base backup is in the bucket since 2026-11-27T04:48:24Z; no WAL file waits, the last one came at 2026-11-27T04:48:31Z",
    );
    expect(shown(METRICS.join("\n").replace("files 0", "files 7"))).toContain("7 WAL files wait");
  });

  test("is that there is none, where the host does not say so", () => {
    expect(shown("")).toContain("BACKUPS: the operations host does not say that there is one");
    expect(shown(METRICS.slice(1).join("\n"))).toContain("BACKUPS: ");
  });
});

test("says where Prometheus is, and how to get in", () => {
  const text = renderProof(
    { name: "blue", clusterName: "blue", monitoring: { host: "127.0.0.1", port: 20_090 } },
    {
      members: [],
      writtenThrough: "db-1",
      readThrough: "db-2",
      readAfterMs: 1,
      backups: undefined,
      untold: ["medium"],
    },
  );
  expect(text).toContain(
    "NOBODY IS TOLD of medium alerts: set notifications.slack, notifications.pagerduty or notifications.email",
  );
  expect(text).toContain(
    "the state of the cluster is at https://127.0.0.1:20090/consoles/status.html, Prometheus above it; user holdfast; its password: ./holdfast monitoring --password --stack blue",
  );
});
