import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

export interface ServiceEndpointsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly region: string;
  readonly cidr: string;
  readonly routeTableIds: readonly pulumi.Input<string>[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Services that the hosts reach from within, each by an interface in every zone. */
  readonly endpoints: readonly string[];
}

/** Services of Amazon, reached without a way out: S3, and those that are asked for. Gives these. */
export function serviceEndpoints(
  name: string,
  args: ServiceEndpointsArgs,
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  const { vpcId, region, cidr, endpoints } = args;
  const child = { parent };
  // Costs nothing, and keeps backups off the metered way out.
  new aws.ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [...args.routeTableIds],
      tags: { Name: `${name}-s3` },
    },
    child,
  );
  if (endpoints.length === 0) return [];
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    {
      vpcId,
      description: "Services of AWS, for the hosts of this network",
      ingress: [
        { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [cidr], description: "the hosts" },
      ],
      egress: [],
      tags: { Name: `${name}-endpoints` },
    },
    child,
  );
  return endpoints.map(
    (service) =>
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: [...args.subnetIds],
          securityGroupIds: [group.id],
          tags: { Name: `${name}-${service}` },
        },
        child,
      ),
  );
}
