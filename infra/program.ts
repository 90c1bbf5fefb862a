import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster.ts";
import { loadConfig } from "./config/load.ts";
import { labAddresses } from "./local/addresses.ts";
import { LocalPlatform } from "./local/platform.ts";
import { assembleOutputs, type StackOutputs } from "./outputs.ts";
import { planCluster } from "./plan.ts";

/** The whole of it, as often as it is called: each time with the configuration and the stack of that run. */
export function program(): StackOutputs {
  const stack = pulumi.getStack();
  const config = loadConfig(stack);
  const addresses = labAddresses(config, stack);
  const plan = planCluster(config, addresses);
  const platform = new LocalPlatform("local", { config, topology: plan.topology, addresses, stack });
  const cluster = new Cluster(config.cluster.name, plan, platform.hosts);

  return assembleOutputs(plan.topology, platform, cluster, {
    postgresVersion: config.postgres.version,
    durability: config.availability.durability,
    databases: config.databases.map((database) => database.name),
  });
}
