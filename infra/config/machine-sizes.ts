import { INSTANCE_TYPES } from "../aws/instance-types.ts";
import { awsSchema } from "../aws/schema.ts";
import { type Problem, valueAt } from "./problems.ts";

type Sections = Readonly<Record<string, unknown>>;

const ROLES = ["database", "proxy", "operations"] as const;
const FOLLOWING = ["cpu", "memory"] as const;

/**
 * The section "hosts" with what the platform already says about its machines: on aws, processors and memory follow from
 * the types of the instances. Whoever gives them as well is told, for one of the two would be a lie.
 */
export function withMachineSizes(raw: Sections): {
  readonly hosts: unknown;
  readonly problems: readonly Problem[];
} {
  const aws = awsSchema.safeParse(raw["aws"]);
  const hosts = raw["hosts"] ?? {};
  if (raw["platform"] !== "aws" || !aws.success || !isGroup(hosts))
    return { hosts: raw["hosts"], problems: [] };
  const problems: Problem[] = [];
  const sized = ROLES.map((role): [string, unknown] => {
    const type = aws.data.instances[role];
    const size = INSTANCE_TYPES[type];
    const own = hosts[role] ?? {};
    if (size === undefined || !isGroup(own)) return [role, own];
    for (const key of FOLLOWING.filter((each) => each in own)) {
      problems.push({
        path: `hosts.${role}.${key}`,
        got: valueAt(own, [key]),
        allowed: `nothing on aws: it follows from aws.instances.${role}, which is ${type} with ${size.cpu} processors and ${size.memoryMiB} MiB`,
        change: `remove it, or choose another type: pulumi config set --path 'holdfast:aws.instances.${role}' TYPE`,
      });
    }
    return [role, { ...own, cpu: size.cpu, memory: `${size.memoryMiB}MiB` }];
  });
  return { hosts: { ...hosts, ...Object.fromEntries(sized) }, problems };
}

const isGroup = (value: unknown): value is Sections =>
  typeof value === "object" && value !== null && !Array.isArray(value);
