import { describe, expect, test } from "vitest";
import { isLowered } from "../../../../scripts/operations/pending.ts";
import { candidateFor } from "../../../../scripts/operations/switchover.ts";
import { type ClusterView, flaws } from "../../../../scripts/operations/view.ts";

const NAMES = ["db-1", "db-2", "db-3"];
const member = (name: string, change: Partial<ClusterView["members"][number]> = {}) => ({
  name,
  role: "quorum_standby",
  state: "streaming",
  timeline: 3,
  lag: 0,
  ...change,
});
const view = (...members: ClusterView["members"]): ClusterView => ({ members });
const LEADER = member("db-1", { role: "leader", state: "running" });
const WHOLE = view(LEADER, member("db-2", { lag: 16 }), member("db-3"));

describe("a whole cluster", () => {
  test("has one leader and all others streaming on its timeline", () => {
    expect(flaws(WHOLE, NAMES, "strict")).toEqual([]);
  });

  test.each([
    ["a member that is missing", view(LEADER, member("db-2")), ["db-3 is not in the cluster"]],
    [
      "a member on another timeline",
      view(LEADER, member("db-2", { timeline: 2 }), member("db-3")),
      ["db-2 is quorum_standby, streaming, timeline 2"],
    ],
    [
      "a standby that Patroni does not count yet",
      view(LEADER, member("db-2", { role: "replica" }), member("db-3")),
      ["db-2 is replica, streaming, timeline 3"],
    ],
    [
      "a leader that does not run",
      view(member("db-1", { role: "leader", state: "stopping" }), member("db-2"), member("db-3")),
      [
        "there is no running leader",
        "db-2 is quorum_standby, streaming, timeline 3",
        "db-3 is quorum_standby, streaming, timeline 3",
      ],
    ],
  ])("is not one with %s", (_, seen, found) => {
    expect(flaws(seen, NAMES, "strict")).toEqual(found);
  });

  test("needs no synchronous standbys where commits wait for none", () => {
    const plain = view(LEADER, member("db-2", { role: "replica" }), member("db-3", { role: "replica" }));
    expect(flaws(plain, NAMES, "async")).toEqual([]);
    expect(flaws(plain, NAMES, "preferred")).toHaveLength(2);
  });
});

describe("the member that takes over", () => {
  test("is the one that is least behind", () => {
    expect(candidateFor(WHOLE, "strict", undefined)).toBe("db-3");
  });

  test("is the one that was asked for, if it can", () => {
    expect(candidateFor(WHOLE, "strict", "db-2")).toBe("db-2");
    expect(() => candidateFor(WHOLE, "strict", "db-1")).toThrow(
      "db-1 leads already\nnext: name another member",
    );
    expect(() => candidateFor(WHOLE, "strict", "db-9")).toThrow(
      "db-9 cannot take over: it is not a standby that has every commit\nnext: name one of: db-2, db-3",
    );
  });

  test("is never one that may lack commits", () => {
    const behind = view(LEADER, member("db-2", { role: "replica" }), member("db-3", { state: "starting" }));
    expect(() => candidateFor(behind, "strict", undefined)).toThrow("no standby can take over");
    expect(candidateFor(behind, "async", undefined)).toBe("db-2");
  });
});

test("the leader goes first only when it shall get less of what its standbys must have as much of", () => {
  const change = (name: string, old_value: string, new_value: string) => ({
    [name]: { old_value, new_value },
  });
  expect(isLowered(change("max_connections", "200", "100"))).toBe(true);
  expect(isLowered(change("max_connections", "100", "200"))).toBe(false);
  expect(isLowered(change("shared_buffers", "2GB", "1GB"))).toBe(false);
  expect(isLowered(undefined)).toBe(false);
});
