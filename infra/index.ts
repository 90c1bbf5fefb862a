import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster.ts";
import { loadConfig } from "./config/load.ts";
import { labAddresses } from "./local/addresses.ts";
import { LocalPlatform } from "./local/platform.ts";
import { assembleOutputs } from "./outputs.ts";
import { planCluster } from "./plan.ts";

const stack = pulumi.getStack();
const config = loadConfig(stack);
const addresses = labAddresses(config, stack);
const plan = planCluster(config, addresses);
const platform = new LocalPlatform("local", { config, topology: plan.topology, addresses, stack });
const cluster = new Cluster(config.cluster.name, plan, platform.hosts);

const outputs = assembleOutputs(plan.topology, platform, cluster, {
  postgresVersion: config.postgres.version,
  durability: config.availability.durability,
  databases: config.databases.map((database) => database.name),
});
export const {
  clusterName,
  domain,
  postgresVersion,
  durability,
  hosts,
  endpoints,
  databases,
  objectStore,
  certificateAuthority,
  sshPrivateKey,
  passwords,
} = outputs;
