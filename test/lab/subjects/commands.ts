import { describe, expect, test } from "vitest";
import type { Lab } from "../support/lab.ts";

/** The operator's commands. */
export function commandTests(lab: Lab): void {
  describe("status", () => {
    test("tells roles, timeline, lag, synchronous state, etcd, endpoints and versions", async () => {
      const status = await lab.status();
      const leader = status.members.find((member) => member.role === "leader");
      expect(leader).toMatchObject({
        name: status.leader,
        state: "running",
        timeline: 1,
        lagBytes: null,
        etcd: "healthy",
        pendingRestart: false,
        problem: null,
      });
      const standbys = status.members.filter((member) => member !== leader);
      for (const standby of standbys) {
        expect(standby).toMatchObject({ role: "quorum_standby", state: "streaming", sync: "quorum" });
        expect(standby.lagBytes).toBeLessThan(16 * 1024 * 1024);
        expect(standby.lagSeconds).toBeLessThan(10);
        expect(standby.versions?.postgres).toMatch(/^17\.\d+/);
        expect(standby.versions?.patroni).toMatch(/^4\.\d+/);
        expect(standby.versions?.etcd).toMatch(/^3\.5\./);
      }
      const names = standbys.map((member) => member.name);
      expect(status.endpoints.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["writer", "writerSession", "reader", "readerSession", "syncReaderSession"]),
      );
      for (const { name, addresses } of status.endpoints) {
        // One for each proxy.
        expect(addresses).toHaveLength(2);
        const leads = name.startsWith("writer") ? [status.leader] : names;
        for (const { leadsTo, problem } of addresses)
          expect([name, leads, leadsTo, problem]).toEqual([
            name,
            expect.arrayContaining([leadsTo]),
            leadsTo,
            null,
          ]);
      }
    });

    test("is a table for people", async () => {
      const { code, stdout } = await lab.holdfast("status");
      expect(code).toBe(0);
      expect(stdout).toMatch(/│ db-1 +│ a +│/);
      expect(stdout).toMatch(/│ writer +│ 127\.0\.0\.1:\d+ +│ db-\d +│/);
    });
  });

  describe("psql", () => {
    test("reaches the primary, and the standbys with --reader", async () => {
      const recovering = ["--", "-XAtc", "SELECT pg_is_in_recovery(), current_user"];
      expect((await lab.holdfast("psql", ...recovering)).stdout).toBe("f|app_owner");
      expect((await lab.holdfast("psql", "--reader", ...recovering)).stdout).toBe("t|app_owner");
    });

    test("passes psql's exit code on, and refuses a role that is not there", async () => {
      expect((await lab.holdfast("psql", "--", "-XAtc", "SELECT 1/0")).code).toBe(1);
      const refused = await lab.holdfast("psql", "--role", "nobody");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/there is no role "nobody"\nnext: name one of: app_owner, app_reader/);
    });
  });

  describe("ssh", () => {
    test("runs a command on a host, with its options left alone", async () => {
      const { code, stdout } = await lab.holdfast("ssh", "db-2", "uname", "-n");
      expect([code, stdout]).toEqual([0, "db-2"]);
    });

    test("names the hosts that there are", async () => {
      const { code, stderr } = await lab.holdfast("ssh", "db-9");
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /no host "db-9".*\nnext: name one of: db-1, db-2, db-3, proxy-1, proxy-2, ops-1/,
      );
    });
  });

  test("doctor finds nothing missing on a machine that runs a lab", async () => {
    const { stdout } = await lab.activated("./holdfast doctor");
    expect(stdout).toMatch(/ok +│ Pulumi engine/);
    expect(stdout).toMatch(/ok +│ podman/);
  });
}
