import { addressRange } from "../../../../components/fields.ts";
import { isObject, type Properties, type Value } from "../../../../scripts/engine/plugins/rpc/properties.ts";
import { UserError } from "../../../../scripts/engine/plugins/rpc/server.ts";

/** A resource that there is, whichever stack has made it. */
export interface Made {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly region: string;
  readonly inputs: Properties;
}

const RULE = /securityGroup(Ingress|Egress)Rule:/;
const BUCKET = "aws:s3/bucket:Bucket";
const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const groups = (value: Value | undefined): readonly Properties[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** What AWS refuses of a new resource although its shape is right, as far as this program could come to it. */
export function refuse(asked: Made, made: Iterable<Made>): void {
  const others = [...made].filter(({ urn }) => urn !== asked.urn);
  refuseTwins(asked, others);
  refuseForeignAddresses(asked, others);
  refuseMissingBuckets(asked, others);
}

/** EC2 knows a rule by its group, its port and who is on the other side, whatever its description says. */
function refuseTwins({ type, inputs }: Made, others: readonly Made[]): void {
  if (!RULE.test(type)) return;
  const identity = ({ description: _, tags: __, ...rest }: Properties) => JSON.stringify(rest);
  if (others.some((each) => each.type === type && identity(each.inputs) === identity(inputs))) {
    throw new UserError(`InvalidPermission.Duplicate: ${type} ${identity(inputs)}`);
  }
}

/** Subnets and the addresses in them that somebody asks for. */
const placesOf = ({ type, inputs }: Made): readonly (readonly [subnet: string, address: string])[] =>
  [
    ...(type.endsWith(":Instance") ? [[text(inputs["subnetId"]), text(inputs["privateIp"])] as const] : []),
    ...groups(inputs["subnetMappings"]).map(
      (each) => [text(each["subnetId"]), text(each["privateIpv4Address"])] as const,
    ),
  ].filter(([, address]) => address !== "");

/** A subnet gives the addresses that are its own, each once; its first four and its last are Amazon's. */
function refuseForeignAddresses(asked: Made, others: readonly Made[]): void {
  for (const [subnet, address] of placesOf(asked)) {
    const cidr = text(others.find(({ id }) => id === subnet)?.inputs["cidrBlock"]);
    if (cidr === "") throw new UserError(`InvalidSubnetID.NotFound: ${subnet}`);
    const [place] = addressRange(`${address}/32`);
    const [first, last] = addressRange(cidr);
    if (place < first + 4 || place >= last) {
      throw new UserError(`InvalidParameterValue: ${address} is not for hosts of ${subnet}, ${cidr}`);
    }
    if (
      others.some((each) => placesOf(each).some(([where, taken]) => where === subnet && taken === address))
    ) {
      throw new UserError(`InvalidIPAddress.InUse: ${address}`);
    }
  }
}

/** What belongs to a bucket is said to its own region; a copy or a log goes to one that is there. */
function refuseMissingBuckets({ type, inputs, region }: Made, others: readonly Made[]): void {
  if (!type.startsWith("aws:s3/") || type === BUCKET) return;
  const buckets = others.filter((each) => each.type === BUCKET);
  const own = text(inputs["bucket"]);
  if (!buckets.some((each) => each.id === own && each.region === region)) {
    throw new UserError(`NoSuchBucket: ${own} in ${region}`);
  }
  const targets = [
    text(inputs["targetBucket"]),
    ...groups(inputs["rules"]).flatMap(({ destination }) =>
      isObject(destination) ? [text(destination["bucket"]).replace(/^arn:aws:s3:::/, "")] : [],
    ),
  ].filter((target) => target !== "");
  const missing = targets.find((target) => !buckets.some(({ id }) => id === target));
  if (missing !== undefined) throw new UserError(`InvalidTargetBucket: ${missing} of ${type}`);
}
