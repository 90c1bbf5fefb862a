import { z } from "zod";
import { backupsSchema } from "../../components/barman/schema.ts";
import { cidr, count, dnsLabel, dnsName, number, size, text } from "../../components/fields.ts";
import { notificationsSchema } from "../../components/jobs/schema.ts";
import { maintenanceSchema } from "../../components/maintenance/schema.ts";
import { monitoringSchema } from "../../components/monitoring/schema.ts";
import { osSchema } from "../../components/os/schema.ts";
import { availabilitySchema } from "../../components/patroni/schema.ts";
import { poolsSchema } from "../../components/pgbouncer/schema.ts";
import {
  accessRuleSchema,
  databaseSchema,
  postgresSchema,
  roleSchema,
} from "../../components/postgres/schema.ts";
import { tlsSchema } from "../../components/tls/schema.ts";
import { awsSchema } from "../aws/schema.ts";

const hostFields = (memory: string, disk: string) => ({
  cpu: number(0.25, 448)
    .default(1)
    .describe(
      "Processors of one host. Another value replaces a local container; its volume stays. On aws they follow from aws.instances.",
    ),
  memory: size("256MiB")
    .prefault(memory)
    .describe(
      "Memory of one host. Another value replaces a local container; its volume stays. On aws it follows from aws.instances.",
    ),
  disk: size("1GiB")
    .prefault(disk)
    .describe("Data volume of one host. The platform local does not limit it; on aws it can only grow."),
  zones: z
    .array(dnsLabel())
    .min(1, "at least one zone")
    .max(6, "at most 6 zones")
    .default(["a", "b", "c"])
    .describe("Availability zones, used in turn."),
});

const hostsSchema = z.strictObject({
  database: z
    .strictObject({
      count: z
        .literal(
          [3, 5],
          "3 or 5: two cannot outvote one, and an even number tolerates no more losses than one less",
        )
        .default(3)
        .describe("Members of the cluster. Fixed when the cluster is made."),
      ...hostFields("1GiB", "10GiB"),
    })
    .prefault({})
    .describe("Database hosts, each with PostgreSQL, Patroni and etcd."),
  proxy: z
    .strictObject({
      count: count(2, 4).default(2).describe("Proxies that clients may reach, each on its own."),
      ...hostFields("384MiB", "5GiB"),
    })
    .prefault({})
    .describe("Proxy hosts, each with HAProxy and PgBouncer."),
  operations: z
    .strictObject(hostFields("1GiB", "10GiB"))
    .prefault({})
    .describe("The host for backups, monitoring and scheduled jobs."),
});

const PRIVATE_NETWORK = "a private /24, like 10.77.1.0/24";
/** The network that podman itself gives to containers without one of their own. */
const PODMANS = "10.88.";

const localSchema = z.strictObject({
  subnet: cidr()
    .refine((text) => /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\..*\/24$/.test(text), PRIVATE_NETWORK)
    .refine((text) => !text.startsWith(PODMANS), `${PRIVATE_NETWORK}, outside of podman's own 10.88.0.0/16`)
    .meta({ patternErrorMessage: PRIVATE_NETWORK })
    .optional()
    .describe(
      "Network of the containers; by default one that follows from the stack's name. Another one replaces every container; the volumes stay.",
    ),
  portBase: count(1024, 65_400)
    .optional()
    .describe("First of 100 ports on 127.0.0.1; by default one that follows from the stack's name."),
  image: z
    .enum(["prepared", "plain"])
    .default("prepared")
    .describe("prepared has the packages already; plain is what a fresh EC2 host is."),
  keepVolumes: z
    .boolean()
    .default(false)
    .describe("Whether destroy leaves the data volumes; in effect from the next update on."),
  services: dnsLabel()
    .default("holdfast-services")
    .describe("Container and volume of the object store and the names, which outlive the cluster."),
});

const drSchema = z.strictObject({
  active: z
    .boolean()
    .default(true)
    .describe("Whether the service's name leads to this stack. Of two peers one is active."),
  peer: text(
    /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/,
    "the name of another stack, whose file Pulumi.NAME.yaml is beside this one",
  )
    .optional()
    .describe(
      "The stack in another region that takes over from this one, or the other way round; by default none.",
    ),
  fromBackups: z
    .boolean()
    .default(false)
    .describe(
      "Whether this cluster's hosts may read the copy that its peer keeps of its backups in this region, to be rebuilt from it.",
    ),
});

/** Everything that a stack's file may say below "holdfast:". A section never depends on another one: see rules.ts. */
export const SECTIONS = {
  platform: z
    .enum(["local", "aws"])
    .describe("Where the hosts are: local is containers on this machine, aws is EC2."),
  cluster: z
    .strictObject({
      name: dnsLabel().describe(
        "Name of the cluster; by default the stack's. Another name later is another cluster.",
      ),
      domain: dnsName().describe(
        "Domain of the hosts' names, which certificates carry; by default STACK.holdfast.internal.",
      ),
    })
    .describe("Names that everything else carries."),
  hosts: hostsSchema.prefault({}).describe("Hosts by their role."),
  postgres: postgresSchema.prefault({}),
  availability: availabilitySchema.prefault({}),
  databases: z
    .array(databaseSchema)
    .min(1, "at least one database")
    .max(50, "at most 50 databases")
    .prefault([{ name: "app" }])
    .describe(
      "The databases. One that is removed here stays in the cluster with its data, but its roles can no longer log in.",
    ),
  roles: z
    .array(roleSchema)
    .max(500, "at most 500 roles")
    .default([])
    .describe("Login roles besides those of each database."),
  access: z
    .array(accessRuleSchema)
    .max(200, "at most 200 rules")
    .default([])
    .describe(
      "Who may come in from where; by default the networks that the platform knows as clients. The pools follow each rule whole; the session ports admit every network that any rule names, to all databases and roles.",
    ),
  pools: poolsSchema.prefault({}),
  backups: backupsSchema.prefault({}),
  notifications: notificationsSchema.prefault({}),
  monitoring: monitoringSchema.prefault({}),
  tls: tlsSchema.prefault({}),
  maintenance: maintenanceSchema.prefault({}),
  os: osSchema.prefault({}),
  local: localSchema.prefault({}).describe("Only for the platform local."),
  aws: awsSchema.optional().describe("Only for the platform aws, and required there."),
  dr: drSchema.prefault({}).describe("Another stack that takes over when a region is lost; on aws."),
} as const;

export const configSchema = z.strictObject(SECTIONS);
export type Config = z.infer<typeof configSchema>;
