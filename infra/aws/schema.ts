import { z } from "zod";
import { cidr, count, dnsName, text } from "../../components/fields.ts";
import { INSTANCE_TYPES } from "./instance-types.ts";

const instanceType = (byDefault: string) =>
  z
    .enum(Object.keys(INSTANCE_TYPES))
    .default(byDefault)
    .describe("Type of the instance, from which processors and memory follow.");

/** From 3000 and 125 on, which every volume of this kind has. */
const volume = {
  iops: count(3000, 80_000).default(3000).describe("Operations a second of each data volume (gp3)."),
  throughput: count(125, 2000).default(125).describe("MiB a second of each data volume (gp3)."),
};

const networkSchema = z.strictObject({
  cidr: cidr().default("10.20.0.0/16").describe("Addresses of the network, which a peer's must not overlap."),
  nat: z
    .enum(["one", "each-zone", "none"])
    .default("one")
    .describe(
      "The hosts' way out, to packages: one gateway, one in each zone, or none, with packages from within.",
    ),
  endpoints: z
    .array(z.enum(["ssm", "kms"]))
    .default([])
    .describe("Services to reach without a way out, each at its own price; S3 always is."),
});

/** Only for the platform aws. */
export const awsSchema = z.strictObject({
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region, like us-east-1").describe("Where all of it is."),
  instances: z
    .strictObject({
      database: instanceType("r5.large"),
      proxy: instanceType("t3.small"),
      operations: instanceType("t3.medium"),
      bastion: instanceType("t3.nano"),
    })
    .prefault({})
    .describe("What hosts run on."),
  volumes: z
    .strictObject({
      database: z.strictObject(volume).prefault({}),
      operations: z.strictObject(volume).prefault({}),
    })
    .prefault({})
    .describe("Data volumes; their size is hosts.ROLE.disk."),
  image: count(1, 1_000_000)
    .default(1)
    .describe(
      "Raise it to take the newest Debian image of now; it is kept otherwise. Hosts are then made anew.",
    ),
  network: networkSchema.prefault({}).describe("The network of the hosts."),
  administrators: z
    .array(cidr())
    .min(1, "at least one network")
    .describe("Networks that reach the bastion, by SSH."),
  clients: z.array(cidr()).default([]).describe("Networks besides the hosts' own that reach the endpoints."),
  backups: z
    .strictObject({
      bucket: text(
        /^[a-z0-9][a-z0-9-]{1,57}[a-z0-9]$/,
        "3 to 59 lower-case letters, digits and hyphens, which no other bucket in the world has",
      ).describe("Bucket of the backups; its access log gets the same name with -log."),
      lockDays: count(1, 3650).default(30).describe("For how many days nobody can delete a backup."),
      expireDays: count(1, 3650).default(60).describe("After how many days replaced or deleted objects go."),
    })
    .describe("The store of backups, which outlives the cluster."),
  dns: z
    .strictObject({
      zone: text(/^Z[A-Z0-9]{5,31}$/, "the id of a hosted zone, like Z0123456789ABC")
        .optional()
        .describe("The hosted zone of the service's name, which belongs to neither stack."),
      service: dnsName().optional().describe("The name that clients use, of whichever stack is active."),
    })
    .prefault({})
    .describe("Names."),
});

export type AwsConfig = z.infer<typeof awsSchema>;
