import { z } from "zod";
import { cidr, count, dnsName, text } from "../../components/fields.ts";
import { INSTANCE_TYPES } from "./instance-types.ts";

const instanceType = (byDefault: string) =>
  z
    .enum(Object.keys(INSTANCE_TYPES))
    .default(byDefault)
    .describe(
      "Type of the instance, from which processors and memory follow. Another one makes the host anew; its data stays.",
    );

/** What every volume of this kind (gp3) has, and what may be asked for (EBS User Guide, "General Purpose SSD volumes"). */
export const GP3 = {
  iops: { least: 3000, most: 80_000, perGiB: 500 },
  throughput: { least: 125, most: 2000, perIops: 0.25 },
  mostGiB: 65_536,
} as const;

const volume = {
  iops: count(GP3.iops.least, GP3.iops.most)
    .default(GP3.iops.least)
    .describe("Operations a second of each data volume (gp3)."),
  throughput: count(GP3.throughput.least, GP3.throughput.most)
    .default(GP3.throughput.least)
    .describe("MiB a second of each data volume (gp3)."),
};

const address = () =>
  z.ipv4("an address, like 10.20.0.36").meta({ patternErrorMessage: "an address, like 10.20.0.36" });

const existingSubnet = {
  id: text(/^subnet-[0-9a-f]{8,17}$/, "the id of a subnet, like subnet-0123456789abcdef0").describe(
    "Its id.",
  ),
  cidr: cidr().describe("Its addresses."),
  firstAddress: address()
    .optional()
    .describe("The first of eleven free addresses in a row; by default the first that Amazon leaves."),
};

const arn = (service: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:.+$`), `the ARN of something of ${service}`);

const zone = () => text(/^[a-h]$/, "the letter of a zone, like a");

const networkSchema = z.strictObject({
  cidr: cidr()
    .default("10.20.0.0/16")
    .describe(
      "Addresses of the network, /16 to /24, which a peer's must not overlap. An existing one's are stated here.",
    ),
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
  existing: z
    .strictObject({
      vpc: text(/^vpc-[0-9a-f]{8,17}$/, "the id of a network, like vpc-0123456789abcdef0").describe(
        "Its id.",
      ),
      subnets: z
        .record(zone(), z.strictObject(existingSubnet))
        .describe("For hosts, by the letter of their zone. Their way out to packages is their owner's."),
      public: z
        .strictObject({ zone: zone().describe("The letter of its zone."), ...existingSubnet })
        .describe("For the bastion, with a way in from the Internet."),
    })
    .optional()
    .describe("A network that is there already; without it one is made."),
});

/** Only for the platform aws. */
export const awsSchema = z.strictObject({
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region, like us-east-1").describe("Where all of it is."),
  account: text(/^\d{12}$/, 'an account\'s twelve digits, in quotes, like "123456789012"')
    .optional()
    .describe(
      "The account that this stack belongs to; the credentials of any other one are refused. By default whoever has the credentials decides.",
    ),
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
      database: z.strictObject(volume).prefault({}).describe("Of a database host."),
      operations: z.strictObject(volume).prefault({}).describe("Of the operations host."),
    })
    .prefault({})
    .describe("Data volumes; their size is hosts.ROLE.disk."),
  image: count(1, 1_000_000)
    .default(1)
    .describe(
      "Raise it to take the newest Debian image of now; it is kept otherwise. Hosts are then made anew.",
    ),
  protect: z
    .boolean()
    .default(true)
    .describe(
      "Whether destroy is refused, as is the end of volumes, buckets, keys and the balancer. To leave, false in an update of its own; backups and keys stay even then.",
    ),
  network: networkSchema.prefault({}).describe("The network of the hosts."),
  administrators: z
    .array(cidr())
    .min(1, "at least one network")
    .describe("Networks that reach the bastion, by SSH."),
  clients: z.array(cidr()).default([]).describe("Networks besides the hosts' own that reach the endpoints."),
  clientsAnywhere: z
    .boolean()
    .default(false)
    .describe("Whether a network of clients may be wider than /8, as half of the Internet is."),
  backups: z
    .strictObject({
      bucket: text(
        /^[a-z0-9][a-z0-9-]{1,57}[a-z0-9]$/,
        "3 to 59 lower-case letters, digits and hyphens, which no other bucket in the world has",
      ).describe(
        "Bucket of the backups. Its copy in another region gets the same name with -replica, the access log of each with -log.",
      ),
      lockDays: count(1, 3650).default(30).describe("For how many days nobody can delete a backup."),
      expireDays: count(1, 3650)
        .default(60)
        .describe(
          "For how many days objects that were replaced, deleted or no longer needed can be had back before they go.",
        ),
      replica: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region, like us-west-2")
        .optional()
        .describe("Another region, to which every object is copied within minutes; by default none."),
    })
    .describe("The store of backups, which outlives the cluster."),
  dns: z
    .strictObject({
      zone: text(/^[A-Z0-9]{8,32}$/, "the id of a hosted zone, like Z0123456789ABC")
        .optional()
        .describe(
          "The hosted zone of the service's name, which belongs to neither stack; by default there is no such name.",
        ),
      service: dnsName()
        .optional()
        .describe("The name that clients use, of whichever stack is active; by default none."),
    })
    .prefault({})
    .describe("Names."),
  ci: z
    .strictObject({
      repository: text(
        /^[A-Za-z0-9-]+(@\d+)?\/[A-Za-z0-9._-]+(@\d+)?$/,
        "OWNER/NAME as GitHub's tokens have it, OWNER@ID/NAME@ID where the repository is a newer one",
      ).describe("The repository on GitHub whose jobs preview and update this stack."),
      stateBucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket").describe(
        "The bucket that the engine keeps the stack's state in.",
      ),
      secretsKey: arn("kms")
        .optional()
        .describe("The key that the stack's secrets are encrypted with; by default it is a passphrase."),
      provider: arn("iam")
        .optional()
        .describe(
          "The account's provider for GitHub where it has one already, for it can have no second one; by default it is made.",
        ),
    })
    .optional()
    .describe("Roles for updates by GitHub's jobs; without it there are none."),
});

export type AwsConfig = z.infer<typeof awsSchema>;

/** A bucket of a stack. */
export interface StackBucket {
  readonly name: string;
  readonly region: string;
  /** Whether it is the access log of another one, which nothing locks. */
  readonly log: boolean;
}

/** All buckets of a stack: that of the backups, its copy, and the access log of each. */
export const bucketsOf = ({ bucket, replica }: AwsConfig["backups"], region = ""): readonly StackBucket[] => [
  ...withLog(bucket, region),
  ...(replica === undefined ? [] : withLog(replicaOf(bucket), replica)),
];

const withLog = (name: string, region: string): readonly StackBucket[] => [
  { name, region, log: false },
  { name: logOf(name), region, log: true },
];

/** The bucket in another region that a bucket is copied to. */
export const replicaOf = (bucket: string): string => `${bucket}-replica`;
/** The bucket for the access log of a bucket. */
export const logOf = (bucket: string): string => `${bucket}-log`;
