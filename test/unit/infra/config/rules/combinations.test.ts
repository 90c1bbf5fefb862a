import { expect, test } from "vitest";
import { problemsOf } from "../../../../support/configuration.ts";

const PGDG_18 = { version: 18, source: "pgdg" };
const PLAIN = { image: "plain" };

// What is refused, and in which words, is in ../invalid. This is how near to it one may go.
test.each([
  [
    "all connections but one reserved",
    { postgres: { settings: { reserved_connections: 30 } }, pools: { size: 1 } },
  ],
  ["two segments of the log", { postgres: { settings: { min_wal_size: "32MB", max_wal_size: "32MB" } } }],
  [
    "two large segments on a large disk",
    { hosts: { database: { disk: "100GiB" } }, postgres: { settings: { min_wal_size: "128MB" } } },
  ],
  [
    "small ones on a smaller disk",
    { hosts: { database: { disk: "99GiB" } }, postgres: { settings: { min_wal_size: "32MB" } } },
  ],
  ["half the disk for the log", { postgres: { settings: { max_wal_size: "5GB" } } }],
  ["a log of any size for a slot", { postgres: { settings: { max_slot_wal_keep_size: -1 } } }],
  [
    "as many workers as slots",
    { postgres: { ...PGDG_18, settings: { autovacuum_max_workers: 16 } }, local: PLAIN },
  ],
  [
    "more workers with more slots",
    {
      postgres: { ...PGDG_18, settings: { autovacuum_max_workers: 20, autovacuum_worker_slots: 20 } },
      local: PLAIN,
    },
  ],
  ["many workers where there are no slots yet", { postgres: { settings: { autovacuum_max_workers: 20 } } }],
  [
    "a locale of a database",
    {
      databases: [{ name: "app", locale: "de_DE.UTF-8" }],
      postgres: { settings: { lc_messages: "de_DE.UTF-8" } },
    },
  ],
  ["huge pages if there are any", { postgres: { settings: { huge_pages: "try" } } }],
  ["io_method of threads", { postgres: { ...PGDG_18, settings: { io_method: "worker" } }, local: PLAIN }],
  ["networks side by side", { access: [{ from: ["10.0.0.0/9", "10.128.0.0/9"] }] }],
  ["one network in two rules", { access: [{ from: ["10.0.0.0/8"] }, { from: ["10.1.0.0/16"] }] }],
  ["half of the Internet", { access: [{ from: ["0.0.0.0/1"] }] }],
  ["a longest domain", { cluster: { domain: `${"d".repeat(44)}.example.com` } }],
  ["a private network beside podman's", { local: { subnet: "10.89.0.0/24" } }],
  ["services of another lab", { local: { services: "holdfast-services-db" } }],
])("%s is taken", (_, sections) => {
  expect(problemsOf(sections)).toEqual([]);
});
