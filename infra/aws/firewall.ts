import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Group, GroupRule } from "./security-groups.ts";

const PURPOSE: Record<Group, string> = {
  database: "Hosts with PostgreSQL, Patroni and etcd",
  proxy: "Hosts with HAProxy and PgBouncer",
  operations: "The host for backups, monitoring and jobs",
  bastion: "The way in for administrators",
  balancer: "The way in for clients",
};

export interface FirewallArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly rules: readonly GroupRule[];
}

/** Security groups and their rules, each rule a resource: adding one never takes the others away for a moment. */
export class Firewall extends pulumi.ComponentResource {
  readonly #groups: Readonly<Record<Group, aws.ec2.SecurityGroup>>;
  /** Without these, a host that boots can neither be reached nor reach anything. */
  readonly rules: readonly pulumi.Resource[];

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:Firewall", name, {}, opts);
    const child = { parent: this };
    const group = (each: Group) =>
      new aws.ec2.SecurityGroup(
        `${name}-${each}`,
        { vpcId: args.vpcId, description: PURPOSE[each], tags: { Name: `${name}-${each}` } },
        child,
      );
    this.#groups = {
      database: group("database"),
      proxy: group("proxy"),
      operations: group("operations"),
      bastion: group("bastion"),
      balancer: group("balancer"),
    };
    this.rules = args.rules.map((rule) => this.#rule(name, rule));
    this.registerOutputs();
  }

  id(group: Group): pulumi.Output<string> {
    return this.#groups[group].id;
  }

  #rule(name: string, rule: GroupRule): pulumi.Resource {
    const { peer, port } = rule;
    const ends = {
      securityGroupId: this.id(rule.group),
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: rule.description,
      ...("group" in peer ? { referencedSecurityGroupId: this.id(peer.group) } : { cidrIpv4: peer.cidr }),
    };
    const resource = `${name}-${rule.group}-${rule.name}`;
    return rule.direction === "in"
      ? new aws.vpc.SecurityGroupIngressRule(resource, ends, { parent: this })
      : new aws.vpc.SecurityGroupEgressRule(resource, ends, { parent: this });
  }
}
