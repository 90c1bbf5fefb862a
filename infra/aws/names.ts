import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface NamesArgs {
  readonly domain: string;
  readonly vpcId: pulumi.Input<string>;
  readonly members: readonly { readonly fqdn: string; readonly address: string }[];
  readonly balancer: { readonly dnsName: pulumi.Input<string>; readonly zoneId: pulumi.Input<string> };
  /** The name that clients use, whichever stack serves it, in a zone that belongs to neither. */
  readonly service: { readonly zoneId: string; readonly name: string } | undefined;
}

/** So short that a move of the service to another region is known within it. */
const SERVICE_TTL = 30;
const HOST_TTL = 60;

/** Names in a zone of the cluster's own, seen in its network alone, and the service's, where this stack has it. */
export class Names extends pulumi.ComponentResource {
  constructor(name: string, args: NamesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:Names", name, {}, opts);
    const child = { parent: this };
    const zone = new aws.route53.Zone(
      name,
      { name: args.domain, comment: "Hosts and endpoints of a cluster", vpcs: [{ vpcId: args.vpcId }] },
      child,
    );
    for (const { fqdn, address } of args.members) {
      new aws.route53.Record(
        `${name}-${fqdn.split(".")[0]}`,
        { zoneId: zone.zoneId, name: fqdn, type: "A", ttl: HOST_TTL, records: [address] },
        child,
      );
    }
    for (const endpoint of ["writer", "reader"]) {
      new aws.route53.Record(
        `${name}-${endpoint}`,
        {
          zoneId: zone.zoneId,
          name: `${endpoint}.${args.domain}`,
          type: "A",
          aliases: [
            { name: args.balancer.dnsName, zoneId: args.balancer.zoneId, evaluateTargetHealth: true },
          ],
        },
        child,
      );
    }
    if (args.service !== undefined) {
      new aws.route53.Record(
        `${name}-service`,
        {
          zoneId: args.service.zoneId,
          name: args.service.name,
          type: "CNAME",
          ttl: SERVICE_TTL,
          records: [args.balancer.dnsName],
          // The other region may be gone, and cannot give it up.
          allowOverwrite: true,
        },
        // Whoever stops being active leaves it: it may be the other one's by then, and nobody must be without a name.
        { ...child, retainOnDelete: true },
      );
    }
    this.registerOutputs();
  }
}
