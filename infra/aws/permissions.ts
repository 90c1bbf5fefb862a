import { type PolicyDocument, policyDocument, type Statement } from "./iam.ts";
import { ACTIONS } from "./provider-actions.ts";

/** What the program asks for besides: whose credentials these are, the look before an update, the image, tags. */
const ALWAYS = [
  ...["sts:GetCallerIdentity", "ec2:DescribeAvailabilityZones", "ec2:DescribeImages", "ec2:CreateTags"],
  ...["ec2:DeleteTags", "ec2:DescribeVolumes", "ec2:DescribeSubnets", "route53:GetHostedZone"],
];

/** What the look before an update asks of a bucket. */
const LOOKED_AT = [
  ...["s3:ListBucket", "s3:GetBucketTagging", "s3:GetBucketObjectLockConfiguration"],
  "s3:GetEncryptionConfiguration",
];

export interface Bounds {
  readonly partition: string;
  readonly account: string;
  readonly stack: string;
  readonly cluster: string;
  readonly regions: readonly string[];
  readonly buckets: readonly string[];
  /** Of another stack: looked at, and never changed. */
  readonly foreignBuckets: readonly string[];
  /** Which records may be changed, with * for any text. */
  readonly recordNames: readonly string[];
}

/** All names in a cluster's own zone, and the service's in another one. */
export const recordNamesOf = (domain: string, service: string | undefined): readonly string[] => [
  domain,
  `*.${domain}`,
  ...(service === undefined ? [] : [service]),
];

/** Where all roles of a stack are, but for those by which somebody updates it. */
export const rolePath = (stack: string): string => `/holdfast/${stack}/`;

/** The types of resources that are known here. */
export const KNOWN_TYPES: readonly string[] = Object.keys(ACTIONS);

/** What whoever updates a stack must be allowed to do, and nothing else: from the types of its resources. */
export function updatePermissions(types: Iterable<string>, bounds: Bounds): PolicyDocument {
  const actions = [...new Set([...[...types].flatMap((type) => ACTIONS[type] ?? []), ...ALWAYS])].sort();
  const of = (...services: readonly string[]) =>
    actions.filter((action) => services.some((service) => action.startsWith(`${service}:`)));
  const { partition, account, stack, cluster } = bounds;
  const arns = (service: string, rest: string) => regional(bounds, service, rest);
  const global = (service: string, rest: string) => `arn:${partition}:${service}:${rest}`;
  const path = rolePath(stack);
  const computing = of("ec2", "elasticloadbalancing");
  const statements = [
    // By their beginning: named one by one, these alone would fill a third of what a role may hold.
    allow("Look", ["ec2:Describe*", "elasticloadbalancing:Describe*", ...of("sts")], ["*"]),
    allow("Build", computing.filter(not(either(reads, ends))), ["*"], { StringEquals: inRegions(bounds) }),
    // The program's own tags are on all that it makes. They keep it from others' by accident; it may set tags itself.
    allow("End", computing.filter(ends), ["*"], {
      StringEquals: { ...inRegions(bounds), "aws:ResourceTag/Stack": stack },
    }),
    ...names(of("route53"), bounds),
    ...keys(of("kms"), bounds),
    allow("Logs", of("logs"), [
      ...arns("logs", `log-group:/holdfast/${stack}/*`),
      ...arns("logs", "log-group::log-stream:"),
    ]),
    allow(
      "OthersBuckets",
      bounds.foreignBuckets.length === 0 ? [] : LOOKED_AT,
      bounds.foreignBuckets.map((bucket) => global("s3", `::${bucket}`)),
    ),
    allow(
      "Buckets",
      of("s3"),
      bounds.buckets.map((bucket) => global("s3", `::${bucket}`)),
    ),
    allow("Roles", of("iam"), [
      global("iam", `:${account}:role${path}*`),
      global("iam", `:${account}:instance-profile${path}*`),
    ]),
    allow("PassRoles", ["iam:PassRole"], [global("iam", `:${account}:role${path}*`)], {
      StringEquals: {
        "iam:PassedToService": ["ec2.amazonaws.com", "s3.amazonaws.com", "vpc-flow-logs.amazonaws.com"],
      },
    }),
    // The first balancer of an account makes it.
    allow(
      "BalancersOwnRole",
      ["iam:CreateServiceLinkedRole"],
      [global("iam", `:${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`)],
      { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    ),
    allow("HostKeys", ["ssm:GetParameter"], arns("ssm", `parameter/holdfast/${cluster}/*`)),
  ];
  return policyDocument(statements.filter(({ Action }) => Action.length > 0));
}

const reads = (action: string): boolean => /:(Describe|List|Get)/.test(action);

/** What takes something away from whoever it belongs to, or changes a volume for good. */
const ends = (action: string): boolean =>
  /:(Terminate|Stop|Delete(?!Tags)|Release|DetachVolume|ModifyVolume$)/.test(action);

/** Zones get their ids when they are made; records are bound by their names. */
function names(actions: readonly string[], { partition, recordNames }: Bounds): readonly Statement[] {
  const CHANGE = "route53:ChangeResourceRecordSets";
  const zones = [`arn:${partition}:route53:::hostedzone/*`];
  const free = actions.filter(
    (action) => action === "route53:GetChange" || action.endsWith("CreateHostedZone"),
  );
  return [
    allow("Names", free, ["*"]),
    allow(
      "Zones",
      actions.filter((action) => action !== CHANGE && !free.includes(action)),
      zones,
    ),
    allow(
      "Records",
      actions.filter((action) => action === CHANGE),
      zones,
      { "ForAllValues:StringLike": { "route53:ChangeResourceRecordSetsNormalizedRecordNames": recordNames } },
    ),
  ];
}

/** What a disk's key is used for, by EC2 on behalf of whoever makes a machine. */
const FOR_DISKS = ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"];

/** Keys get their ids when they are made. Tags would bind them closer, but are not known to KMS for some minutes. */
function keys(actions: readonly string[], bounds: Bounds): readonly Statement[] {
  const { stack, regions } = bounds;
  const any = regional(bounds, "kms", "key/*");
  const free = ["kms:CreateKey", "kms:ListAliases"];
  const alias = (action: string) => /:(Create|Update|Delete)Alias$/.test(action);
  const among = (some: readonly string[]) => (action: string) => some.includes(action);
  return [
    allow("Keys", actions.filter(among(free)), ["*"], { StringEquals: inRegions(bounds) }),
    allow("KeyNames", actions.filter(alias), [
      ...regional(bounds, "kms", `alias/holdfast/${stack}-*`),
      ...any,
    ]),
    allow("ManageKeys", actions.filter(not(either(alias, among(free), among(FOR_DISKS)))), any),
    allow("KeysOfDisks", actions.filter(among(FOR_DISKS)), any, {
      StringEquals: { "kms:ViaService": regions.map((region) => `ec2.${region}.amazonaws.com`) },
    }),
  ];
}

const inRegions = ({ regions }: Bounds) => ({ "aws:RequestedRegion": [...regions] });

const regional = ({ partition, account, regions }: Bounds, service: string, rest: string) =>
  regions.map((region) => `arn:${partition}:${service}:${region}:${account}:${rest}`);

const either =
  <T>(...tests: readonly ((value: T) => boolean)[]) =>
  (value: T): boolean =>
    tests.some((test) => test(value));

const not =
  <T>(test: (value: T) => boolean) =>
  (value: T): boolean =>
    !test(value);

const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition: Statement["Condition"] = undefined,
): Statement => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
