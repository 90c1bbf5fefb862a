import { describe, expect, test } from "vitest";
import { parseFacts, renderHosts, renderLastChange } from "../../../../scripts/cli/host-status.ts";

const NOW = new Date("2026-11-25T12:00:00Z");

describe("a host's status", () => {
  test("knows the first certificate that ends, and maintenance", () => {
    const text = [
      "/etc/etcd/tls/ca.crt 2026-11-26T00:00:00Z",
      "/etc/etcd/tls/etcd.crt 2027-11-25T11:00:00Z",
      "/etc/postgresql/tls/server.crt 2026-12-05T13:00:00Z\n",
    ].join("\n");
    expect(parseFacts(text)).toEqual({ inMaintenance: false, certificatesEnd: "2026-12-05T13:00:00Z" });
    expect(parseFacts(`maintenance\n${text}`).inMaintenance).toBe(true);
    expect(parseFacts("").certificatesEnd).toBeNull();
  });

  test("is a line of a table, with days and what was changed by hand", () => {
    const host = { name: "db-1", role: "database", zone: "a", inMaintenance: false, problem: null };
    const text = renderHosts(
      [
        { ...host, certificatesEnd: "2026-12-05T13:00:00Z", drift: ["/etc/hosts"] },
        {
          ...host,
          name: "db-2",
          certificatesEnd: null,
          drift: [],
          problem: "db-2 (127.0.0.1:1) does not answer",
        },
        { ...host, name: "db-3", certificatesEnd: "2027-11-25T13:00:00Z", drift: [], inMaintenance: true },
      ],
      NOW,
    );
    expect(text).toMatch(/db-1 +│ database │ a +│ ok +│ 10 days +│ \/etc\/hosts \(\.\/holdfast drift\)/);
    expect(text).toMatch(/db-2 .* does not answer/);
    expect(text).toMatch(/db-3 .* in maintenance +│ 365 days/);
  });

  test.each([
    ["2026-11-25T11:59:59Z", "1 second ago"],
    ["2026-11-25T11:58:00Z", "2 minutes ago"],
    ["2026-11-25T10:30:00Z", "1 hour ago"],
    ["2026-11-20T12:00:00Z", "5 days ago"],
  ])("of a change at %s says %s", (at, age) => {
    expect(renderLastChange({ kind: "update", result: "succeeded", at }, NOW)).toBe(
      `last change: update, succeeded, ${age}`,
    );
  });
});
