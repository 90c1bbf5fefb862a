import { describe, expect, test } from "vitest";
import { parametersOf } from "../../../../components/postgres/metadata.ts";
import { ownedBecause } from "../../../../components/postgres/owned.ts";
import { POSTGRES_VERSIONS } from "../../../../components/postgres/schema.ts";

describe.each(POSTGRES_VERSIONS)("PostgreSQL %i", (version) => {
  const known = [...parametersOf(version).values()];
  const refused = new Set(known.filter((each) => ownedBecause(each) !== undefined).map((each) => each.name));

  test.each([
    ["loses data", ["fsync", "full_page_writes", "data_sync_retry", "zero_damaged_pages"]],
    ["decides which commits survive", ["synchronous_commit", "synchronous_standby_names"]],
    ["belongs to Patroni", ["listen_addresses", "port", "cluster_name", "hot_standby", "primary_conninfo"]],
    ["belongs to Patroni's recovery", ["restore_command", "recovery_target_time", "recovery_end_command"]],
    [
      "lets somebody in",
      ["ssl", "ssl_key_file", "ssl_min_protocol_version", "hba_file", "password_encryption"],
    ],
    ["runs a command or a library", ["archive_command", "archive_library", "shared_preload_libraries"]],
    ["cannot stand in a file", ["transaction_isolation", "transaction_read_only", "transaction_deferrable"]],
  ])("what %s is refused", (_, names) => {
    for (const name of names) {
      expect([...refused]).toContain(name);
    }
  });

  test("what is fixed in the server is refused", () => {
    const internal = known.filter((each) => each.context === "internal").map((each) => each.name);
    expect(internal).toContain("block_size");
    expect(internal.filter((name) => !refused.has(name))).toEqual([]);
  });

  test("what people tune is not", () => {
    for (const name of ["work_mem", "max_connections", "shared_buffers", "random_page_cost", "TimeZone"]) {
      expect([...refused]).not.toContain(name);
    }
  });
});
