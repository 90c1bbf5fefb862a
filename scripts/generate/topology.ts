import type { Topology } from "../../components/model.ts";
import { parseConfig } from "../../infra/config/parse.ts";
import { labAddresses } from "../../infra/local/addresses.ts";
import { planCluster } from "../../infra/plan.ts";
import { LOCAL_STACK } from "../setup/environment.ts";

/** Of the smallest configuration, which is the default stack's. */
export function defaultTopology(): Topology {
  const parsed = parseConfig({ platform: "local" }, LOCAL_STACK);
  if (!parsed.ok) {
    throw new Error("the smallest configuration is refused");
  }
  return planCluster(parsed.config, labAddresses(parsed.config, LOCAL_STACK)).topology;
}
