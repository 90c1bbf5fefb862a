import { createHash } from "node:crypto";
import type { Properties } from "../../../../scripts/engine/plugins/rpc/properties.ts";

export const ACCOUNT = "123456789012";

/** How ids of a type begin. */
const PREFIXES: Readonly<Record<string, string>> = {
  Instance: "i-",
  Volume: "vol-",
  Vpc: "vpc-",
  Subnet: "subnet-",
  SecurityGroup: "sg-",
  DefaultSecurityGroup: "sg-",
  SecurityGroupIngressRule: "sgr-",
  SecurityGroupEgressRule: "sgr-",
  RouteTable: "rtb-",
  RouteTableAssociation: "rtbassoc-",
  Route: "r-",
  InternetGateway: "igw-",
  NatGateway: "nat-",
  Eip: "eipalloc-",
  VpcEndpoint: "vpce-",
  FlowLog: "fl-",
  VolumeAttachment: "vai-",
};

/** What is the id of a resource itself where it has a name. */
const NAMED: Readonly<Record<string, string>> = { Bucket: "bucket", LogGroup: "name", Alias: "name" };

const hex = (text: string, length: number) =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

/** An id as Amazon would make it up; another generation of the same resource gets another one. */
export function idOf(type: string, urn: string, inputs: Properties, generation: number): string {
  const name = type.slice(type.lastIndexOf(":") + 1);
  const own = NAMED[name];
  if (own !== undefined && typeof inputs[own] === "string") return inputs[own];
  // Everything that is a part of a bucket has the bucket's id.
  if (name.startsWith("Bucket") && typeof inputs["bucket"] === "string") return inputs["bucket"];
  if (name === "Zone") return `Z${hex(urn, 13).toUpperCase()}`;
  return `${PREFIXES[name] ?? `${name.toLowerCase()}-`}${hex(`${urn} ${generation}`, 17)}`;
}

/** What a key has that came without a policy. */
const DEFAULT_KEY_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Id: "key-default-1",
  Statement: [
    {
      Sid: "Enable IAM User Permissions",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
});

/** Texts that another resource uses: a name of Amazon's whole world, a name in the DNS, an address. */
export function textOf(field: string, type: string, id: string, region: string): string {
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  switch (field) {
    case "arn":
      return type.endsWith(":Bucket")
        ? `arn:aws:s3:::${id}`
        : `arn:aws:${service}:${region}:${ACCOUNT}:${id}`;
    case "dnsName":
      return `${id}.elb.${region}.amazonaws.com`;
    case "publicIp":
      return `198.51.100.${10 + (Number.parseInt(hex(id, 4), 16) % 200)}`;
    case "policy":
      return DEFAULT_KEY_POLICY;
    case "keyId":
    case "zoneId":
    case "allocationId":
      return id;
    default:
      return `${field}-of-${id}`;
  }
}
