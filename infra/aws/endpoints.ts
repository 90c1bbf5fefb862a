import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface EndpointsArgs {
  readonly vpcId: pulumi.Input<string>;
  /** A subnet of each zone, with the balancer's own address there. */
  readonly places: readonly {
    readonly zone: string;
    readonly subnetId: pulumi.Input<string>;
    readonly address: string;
  }[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly healthPort: number;
  readonly protect: boolean;
  readonly proxies: readonly { readonly name: string; readonly instanceId: pulumi.Input<string> }[];
}

/** Of names that have 32 characters at most, fewer than a stack's name may have; people find these by their tags. */
const NAME_PREFIX = "hold-";

/**
 * The clients' way in: a network load balancer inside the network, which spreads connections over the proxies of all
 * zones, and asks each proxy's HAProxy whether it leads anywhere. Clients keep their addresses, for the proxies' rules.
 */
export class Endpoints extends pulumi.ComponentResource {
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;

  constructor(name: string, args: EndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:Endpoints", name, {}, opts);
    const child = { parent: this };
    const balancer = new aws.lb.LoadBalancer(
      name,
      {
        namePrefix: NAME_PREFIX,
        internal: true,
        loadBalancerType: "network",
        securityGroups: [args.securityGroupId],
        subnetMappings: args.places.map(({ subnetId, address }) => ({
          subnetId,
          privateIpv4Address: address,
        })),
        // A zone whose proxy is down is served by the other zone's.
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: args.protect,
        tags: { Name: name },
      },
      child,
    );
    for (const { name: endpoint, port } of args.ports) {
      const group = new aws.lb.TargetGroup(
        `${name}-${endpoint}`,
        {
          namePrefix: NAME_PREFIX,
          vpcId: args.vpcId,
          port,
          protocol: "TCP",
          targetType: "instance",
          preserveClientIp: "true",
          // A proxy that leaves keeps its sessions for so long; then they are ended, or they would never be.
          deregistrationDelay: 300,
          connectionTermination: true,
          // A failed check may be a failover, which the pools' clients sit out on their connections.
          targetHealthStates: [{ enableUnhealthyConnectionTermination: false }],
          healthCheck: {
            protocol: "HTTP",
            port: String(args.healthPort),
            path: "/",
            matcher: "200",
            interval: 5,
            timeout: 2,
            healthyThreshold: 2,
            unhealthyThreshold: 2,
          },
          tags: { Name: `${name}-${endpoint}` },
        },
        child,
      );
      for (const proxy of args.proxies) {
        new aws.lb.TargetGroupAttachment(
          `${proxy.name}-${endpoint}`,
          { targetGroupArn: group.arn, targetId: proxy.instanceId, port },
          child,
        );
      }
      new aws.lb.Listener(
        `${name}-${endpoint}`,
        {
          loadBalancerArn: balancer.arn,
          port,
          protocol: "TCP",
          defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
        },
        child,
      );
    }
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.registerOutputs();
  }
}
