import { describe, expect, test } from "vitest";
import { hostsOf } from "../../../../components/model.ts";
import { dynamicConfiguration } from "../../../../components/patroni/dynamic.ts";
import { type Availability, availabilitySchema } from "../../../../components/patroni/schema.ts";
import { timingsOf } from "../../../../components/patroni/timings.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

const { topology } = fixturePlan("custom");
const members = hostsOf(topology.hosts, "database");
const dynamic = (availability: Partial<Availability>) =>
  dynamicConfiguration({ durability: "strict", rto: "normal", ...availability }, members, { jit: false });

describe("what a commit is worth", () => {
  test("strict: it waits for two hosts, whatever happens", () => {
    expect(dynamic({ durability: "strict" })).toMatchObject({
      synchronous_mode: "quorum",
      synchronous_mode_strict: true,
      synchronous_node_count: 1,
    });
  });

  test("preferred: it waits for two hosts while there are two", () => {
    expect(dynamic({ durability: "preferred" })).toMatchObject({
      synchronous_mode: "quorum",
      synchronous_mode_strict: false,
      synchronous_node_count: 1,
    });
  });

  test("async: it never waits, and a standby far behind never takes over", () => {
    expect(dynamic({ durability: "async" })).toMatchObject({
      synchronous_mode: false,
      synchronous_mode_strict: false,
      maximum_lag_on_failover: 16 * 1024 * 1024,
    });
  });

  test.each(["strict", "preferred"] as const)(
    "%s: a clean shutdown's segments veto no candidate",
    (durability) => {
      expect(Number(dynamic({ durability })["maximum_lag_on_failover"])).toBeGreaterThanOrEqual(
        2 * 64 * 1024 * 1024,
      );
    },
  );
});

test.each(availabilitySchema.shape.rto.unwrap().options)("the times are those of %s", (rto) => {
  const timings = timingsOf({ durability: "strict", rto });
  expect(dynamic({ rto })).toMatchObject({
    ttl: timings.ttl,
    loop_wait: timings.loopWait,
    retry_timeout: timings.retryTimeout,
    primary_start_timeout: timings.primaryStartTimeout,
    primary_stop_timeout: timings.primaryStopTimeout,
  });
});

describe("a standby that was away", () => {
  test("finds its slot: every member has a permanent one, and Barman", () => {
    expect(dynamic({})["slots"]).toEqual(
      Object.fromEntries(
        ["db_1", "db_2", "db_3", "db_4", "db_5", "barman"].map((slot) => [slot, { type: "physical" }]),
      ),
    );
  });

  test("is rewound, or rebuilt when that fails", () => {
    expect(dynamic({})["postgresql"]).toEqual({
      use_pg_rewind: true,
      use_slots: true,
      remove_data_directory_on_rewind_failure: true,
      parameters: { jit: false },
    });
  });
});

test("the primary outlives a loss of etcd while all members answer it", () => {
  expect(dynamic({})).toMatchObject({ failsafe_mode: true, check_timeline: true });
});

test.each([
  ["db-1", "db_1"],
  ["DB.2", "db_2"],
  ["a_b9", "a_b9"],
])("the slot of the member %s is %s, as Patroni names it", (name, slot) => {
  const renamed = members.slice(0, 1).map((member) => ({ ...member, name }));
  const { slots } = dynamicConfiguration({ durability: "strict", rto: "normal" }, renamed, {});
  expect(slots).toEqual({ [slot]: { type: "physical" }, barman: { type: "physical" } });
});

test("the file that goes to etcd is this configuration", () => {
  const plan = fixturePlan("custom");
  const wanted = dynamicConfiguration(plan.availability, members, plan.clusterParameters);
  expect(JSON.parse(fixtureFile("custom", "db-1", "/etc/patroni/dynamic.json"))).toEqual(wanted);
});
