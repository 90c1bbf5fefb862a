import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  changesBetween,
  describeReloads,
  describeRestarts,
  renderWanted,
  wantedParameters,
} from "../../../../components/postgres/changes.ts";
import type { Parameters } from "../../../../components/postgres/sizing.ts";

const text = (parameters: Parameters, restart = false) =>
  renderWanted(wantedParameters(17, parameters).filter((each) => each.restart === restart));
const MEMBERS = ["db-1", "db-2", "db-3"];
const sentences = (before: Parameters, after: Parameters) => [
  ...describeRestarts(changesBetween(text(before, true), text(after, true)), MEMBERS),
  ...describeReloads(changesBetween(text(before), text(after)), MEMBERS),
];

describe("what a change of parameters does", () => {
  test("a reload where the server takes it by one", () => {
    expect(sentences({ work_mem: "4MB" }, { work_mem: "7MB" })).toEqual([
      "work_mem 4MB → 7MB: reload on db-1, db-2, db-3, no connection is lost",
    ]);
  });

  test("a rolling restart where it does not", () => {
    expect(sentences({ max_connections: 200 }, { max_connections: 300 })).toEqual([
      "max_connections 200 → 300: rolling restart of db-1, db-2, db-3 with one switchover, about 2 s without writes",
    ]);
  });

  test("the primary first where standbys must not have less than it", () => {
    expect(sentences({ max_connections: 300 }, { max_connections: 200 })).toEqual([
      "max_connections 300 → 200: restart of the primary in place, about 3 s without writes, then of the other servers of db-1, db-2, db-3, one after the other",
    ]);
    expect(sentences({ max_locks_per_transaction: 256 }, {})[0]).toContain("restart of the primary in place");
    expect(sentences({ shared_buffers: "2GB" }, { shared_buffers: "1GB" })).toEqual([
      "shared_buffers 2GB → 1GB: rolling restart of db-1, db-2, db-3 with one switchover, about 2 s without writes",
    ]);
  });

  test("both, each for its own", () => {
    expect(
      sentences({ work_mem: "4MB", max_connections: 100 }, { work_mem: "5MB", max_connections: 120 }),
    ).toHaveLength(2);
  });

  test("what was not set before, or is not any more, had or gets the server's default", () => {
    expect(sentences({}, { log_lock_waits: true })).toEqual([
      "log_lock_waits default → on: reload on db-1, db-2, db-3, no connection is lost",
    ]);
    expect(sentences({ log_lock_waits: true }, {})[0]).toMatch(/^log_lock_waits on → default: reload/);
  });

  test("nothing when nothing changes", () => {
    expect(sentences({ work_mem: "4MB" }, { work_mem: "4MB" })).toEqual([]);
  });

  test("any text of a value comes back out of the lines", () => {
    const oneLine = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll(/[\r\n]/g, " "));
    fc.assert(
      fc.property(oneLine, oneLine, (before, after) => {
        const changes = changesBetween(text({ search_path: before }), text({ search_path: after }));
        expect(changes).toEqual(before === after ? [] : [{ name: "search_path", from: before, to: after }]);
      }),
    );
  });
});
