import { BARMAN } from "../barman/names.ts";
import type { HostPlan } from "../model.ts";
import type { Parameters } from "../postgres/sizing.ts";
import { slotName } from "./names.ts";
import type { Availability } from "./schema.ts";
import { timingsOf } from "./timings.ts";

const MIB = 1024 * 1024;

/** What an acknowledged commit is worth. Quorum: any one standby suffices, so a single slow one stalls nobody. */
const DURABILITY: Readonly<Record<Availability["durability"], Record<string, unknown>>> = {
  strict: { synchronous_mode: "quorum", synchronous_mode_strict: true, synchronous_node_count: 1 },
  preferred: { synchronous_mode: "quorum", synchronous_mode_strict: false, synchronous_node_count: 1 },
  async: { synchronous_mode: false, synchronous_mode_strict: false },
};

/** Patroni's dynamic configuration, the one for the whole cluster, which lives in etcd. */
export function dynamicConfiguration(
  availability: Availability,
  members: readonly HostPlan[],
  parameters: Parameters,
): Record<string, unknown> {
  const timings = timingsOf(availability);
  return {
    ttl: timings.ttl,
    loop_wait: timings.loopWait,
    retry_timeout: timings.retryTimeout,
    primary_start_timeout: timings.primaryStartTimeout,
    primary_stop_timeout: timings.primaryStopTimeout,
    ...DURABILITY[availability.durability],
    // With a synchronous standby the candidate is known to have every acknowledged commit, and a clean shutdown
    // alone writes a 16 MiB segment: a small limit would veto the only safe candidate.
    maximum_lag_on_failover: availability.durability === "async" ? 16 * MIB : 128 * MIB,
    check_timeline: true,
    failsafe_mode: true,
    member_slots_ttl: "30min",
    // Permanent ones are on every member, and follow on the standbys: whoever leads next has them.
    slots: Object.fromEntries(
      [...members.map((member) => slotName(member.name)), BARMAN.slot].map((slot) => [
        slot,
        { type: "physical" },
      ]),
    ),
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      // Without it a standby whose rewind failed stays down until somebody looks.
      remove_data_directory_on_rewind_failure: true,
      parameters,
    },
  };
}
