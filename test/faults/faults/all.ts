import type { Fault } from "../support/fault.ts";
import { HOST_FAULTS } from "./hosts.ts";
import { LOAD_FAULTS } from "./load.ts";
import { NETWORK_FAULTS } from "./network.ts";
import { PROCESS_FAULTS } from "./processes.ts";
import { STORAGE_FAULTS } from "./storage.ts";

/** Every fault of the suite. Each begins and ends with a whole cluster, so that any of them can run alone. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...HOST_FAULTS,
  ...NETWORK_FAULTS,
  ...STORAGE_FAULTS,
  ...LOAD_FAULTS,
];
