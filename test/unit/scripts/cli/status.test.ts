import { expect, test } from "vitest";
import { membersFrom } from "../../../../scripts/cli/status.ts";
import type { MemberFacts } from "../../../../scripts/stack/facts.ts";

const streaming = (name: string, sync: string) => ({
  name,
  sync,
  state: "streaming",
  lagBytes: 0,
  lagSeconds: 0,
});

const leader = (standbys: NonNullable<MemberFacts["server"]>["standbys"]): MemberFacts => ({
  host: {
    name: "db-1",
    role: "database",
    zone: "a",
    address: "10.0.0.11",
    ssh: { host: "127.0.0.1", port: 22, user: "holdfast", hostKey: "" },
  },
  server: { banner: "", version: "17.6", inRecovery: false, pendingRestart: 0, standbys },
  etcdHealthy: true,
  inMaintenance: false,
});

test("a commit that Barman's receiver alone confirms is told of", () => {
  const problemWith = (...standbys: Parameters<typeof leader>[0]) =>
    membersFrom([leader(standbys)])[0]?.problem;
  expect(problemWith(streaming("db-2", "quorum"), streaming("barman_receive_wal", "async"))).toBeNull();
  expect(problemWith(streaming("barman_receive_wal", "quorum"))).toMatch(
    /^Barman's receiver confirms commits now, because no standby does: /,
  );
});
