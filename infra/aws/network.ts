import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ZoneSubnets } from "./subnets.ts";

export interface NetworkArgs {
  readonly cidr: string;
  readonly region: string;
  readonly subnets: readonly ZoneSubnets[];
  readonly nat: "one" | "each-zone" | "none";
  /** Services that the hosts reach from within, each by an interface in every zone. S3 they always do. */
  readonly endpoints: readonly string[];
  /** Of the log of all flows. */
  readonly logDays: number;
  readonly logKeyArn: pulumi.Input<string>;
}

/** A network of its own: per zone a subnet for hosts without a way in, and a small public one for what must have one. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** The ways out, without which no host could install anything at its first boot. */
  readonly waysOut: readonly pulumi.Resource[];
  readonly #subnets: ReadonlyMap<string, { readonly inner: aws.ec2.Subnet; readonly outer: aws.ec2.Subnet }>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:Network", name, {}, opts);
    const child = { parent: this };
    const named = (suffix: string) => ({ tags: { Name: `${name}-${suffix}` } });

    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock: args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      child,
    );
    this.vpcId = vpc.id;
    // What nobody chose a group for can speak to nobody.
    new aws.ec2.DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: vpc.id, ingress: [], egress: [], ...named("default-closed") },
      child,
    );
    this.#logFlows(name, args, vpc);

    const gateway = new aws.ec2.InternetGateway(
      `${name}-internet`,
      { vpcId: vpc.id, ...named("internet") },
      child,
    );
    const publicRoutes = new aws.ec2.RouteTable(
      `${name}-public`,
      { vpcId: vpc.id, ...named("public") },
      child,
    );
    new aws.ec2.Route(
      `${name}-public-out`,
      { routeTableId: publicRoutes.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      child,
    );

    const waysOut: pulumi.Resource[] = [];
    const privateRoutes: aws.ec2.RouteTable[] = [];
    const gateways = new Map<string, aws.ec2.NatGateway>();
    this.#subnets = new Map(
      args.subnets.map(({ zone, private: inner, public: outer }) => {
        const availabilityZone = `${args.region}${zone}`;
        const subnets = {
          outer: new aws.ec2.Subnet(
            `${name}-public-${zone}`,
            { vpcId: vpc.id, cidrBlock: outer, availabilityZone, ...named(`public-${zone}`) },
            child,
          ),
          inner: new aws.ec2.Subnet(
            `${name}-private-${zone}`,
            { vpcId: vpc.id, cidrBlock: inner, availabilityZone, ...named(`private-${zone}`) },
            child,
          ),
        };
        new aws.ec2.RouteTableAssociation(
          `${name}-public-${zone}`,
          { subnetId: subnets.outer.id, routeTableId: publicRoutes.id },
          child,
        );
        const routes = new aws.ec2.RouteTable(
          `${name}-private-${zone}`,
          { vpcId: vpc.id, ...named(`private-${zone}`) },
          child,
        );
        privateRoutes.push(routes);
        waysOut.push(
          new aws.ec2.RouteTableAssociation(
            `${name}-private-${zone}`,
            { subnetId: subnets.inner.id, routeTableId: routes.id },
            child,
          ),
        );
        const place = args.nat === "each-zone" ? zone : "one";
        if (args.nat !== "none" && !gateways.has(place)) {
          gateways.set(place, this.#natGateway(`${name}-nat-${zone}`, subnets.outer, gateway));
        }
        const nat = gateways.get(place);
        if (nat !== undefined) {
          waysOut.push(
            new aws.ec2.Route(
              `${name}-private-${zone}-out`,
              { routeTableId: routes.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
              child,
            ),
          );
        }
        return [zone, subnets] as const;
      }),
    );
    // Costs nothing, and keeps backups off the metered way out.
    new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: privateRoutes.map((table) => table.id),
        ...named("s3"),
      },
      child,
    );
    this.#interfaceEndpoints(name, args, vpc);
    this.waysOut = waysOut;
    this.registerOutputs();
  }

  privateSubnet(zone: string): pulumi.Output<string> {
    return this.#zone(zone).inner.id;
  }

  publicSubnet(zone: string): pulumi.Output<string> {
    return this.#zone(zone).outer.id;
  }

  #zone(zone: string) {
    const subnets = this.#subnets.get(zone);
    if (subnets === undefined) throw new Error(`the network has no subnet in the zone "${zone}"`);
    return subnets;
  }

  #natGateway(name: string, subnet: aws.ec2.Subnet, gateway: aws.ec2.InternetGateway): aws.ec2.NatGateway {
    const tags = { Name: name };
    const address = new aws.ec2.Eip(name, { domain: "vpc", tags }, { parent: this, dependsOn: [gateway] });
    return new aws.ec2.NatGateway(
      name,
      { subnetId: subnet.id, allocationId: address.id, tags },
      { parent: this },
    );
  }

  /** Who spoke to whom, for the day on which somebody asks. */
  #logFlows(name: string, args: NetworkArgs, vpc: aws.ec2.Vpc): void {
    const child = { parent: this };
    const log = new aws.cloudwatch.LogGroup(
      `${name}-flows`,
      { name: `/holdfast/${name}/flows`, retentionInDays: args.logDays, kmsKeyId: args.logKeyArn },
      child,
    );
    const role = new aws.iam.Role(
      `${name}-flows`,
      {
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "FlowLogs",
              Effect: "Allow",
              Principal: { Service: "vpc-flow-logs.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          ],
        }),
      },
      child,
    );
    new aws.iam.RolePolicy(
      `${name}-flows`,
      {
        role: role.name,
        policy: log.arn.apply((arn) =>
          JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Sid: "WriteFlows",
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
                Resource: [`${arn}:*`],
              },
            ],
          }),
        ),
      },
      child,
    );
    new aws.ec2.FlowLog(
      `${name}-flows`,
      {
        vpcId: vpc.id,
        trafficType: "ALL",
        logDestination: log.arn,
        iamRoleArn: role.arn,
        maxAggregationInterval: 60,
        tags: { Name: `${name}-flows` },
      },
      child,
    );
  }

  #interfaceEndpoints(name: string, args: NetworkArgs, vpc: aws.ec2.Vpc): void {
    if (args.endpoints.length === 0) return;
    const group = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      {
        vpcId: vpc.id,
        description: "Services of AWS, for the hosts of this network",
        ingress: [
          { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [args.cidr], description: "the hosts" },
        ],
        egress: [],
        tags: { Name: `${name}-endpoints` },
      },
      { parent: this },
    );
    for (const service of args.endpoints) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.id,
          serviceName: `com.amazonaws.${args.region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: args.subnets.map(({ zone }) => this.privateSubnet(zone)),
          securityGroupIds: [group.id],
          tags: { Name: `${name}-${service}` },
        },
        { parent: this },
      );
    }
  }
}
