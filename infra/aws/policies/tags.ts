import { at, each, type Rule } from "./rule.ts";

const WANTED = ["Project", "Stack", "Cluster"];

/** What costs money or holds data, and is looked for by its name on a bill or in a console. */
const NAMED = [
  "aws:ebs/volume:Volume",
  "aws:ec2/eip:Eip",
  "aws:ec2/instance:Instance",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:kms/key:Key",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:s3/bucket:Bucket",
];

/** The provider takes them as one text. */
const tagsOf = (value: unknown): unknown => at(typeof value === "string" ? JSON.parse(value) : value, "tags");

export const tags: readonly Rule[] = [
  each(
    "whose-it-is",
    "Everything says by its tags which stack and cluster it belongs to.",
    ["pulumi:providers:aws"],
    ({ defaultTags }) => {
      const missing = WANTED.filter((tag) => at(tagsOf(defaultTags), tag) === undefined);
      return missing.length === 0 ? undefined : `defaultTags lack ${missing.join(", ")}`;
    },
  ),
  each("what-it-is", "What costs money or holds data has a name.", NAMED, (inputs) =>
    at(inputs, "tags", "Name") === undefined ? "it is to have the tag Name" : undefined,
  ),
];
