import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster.ts";
import { addressesOf } from "./addresses.ts";
import { loadConfig } from "./config/load.ts";
import { assembleOutputs, type StackOutputs } from "./outputs.ts";
import { planCluster } from "./plan.ts";
import { makePlatform } from "./platforms.ts";

/** The whole of it, as often as it is called: each time with the configuration and the stack of that run. */
export async function program(): Promise<StackOutputs> {
  const stack = pulumi.getStack();
  const loaded = loadConfig(stack);
  const { config } = loaded;
  const plan = planCluster(config, addressesOf(config, stack));
  const platform = await makePlatform(loaded, plan.topology, stack);
  const cluster = new Cluster(config.cluster.name, plan, platform.hosts, platform.objectStore.access);
  platform.seal?.([cluster]);

  return assembleOutputs(plan.topology, platform, cluster, {
    postgresVersion: config.postgres.version,
    durability: config.availability.durability,
    databases: config.databases.map((database) => database.name),
  });
}
