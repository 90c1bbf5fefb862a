import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { flowLog } from "./flow-log.ts";
import type { AwsConfig } from "./schema.ts";
import { serviceEndpoints } from "./service-endpoints.ts";
import type { ZoneSubnet } from "./subnets.ts";

/** What a network gives to those who are in it, whoever made it. */
export interface NetworkPlaces {
  readonly vpcId: pulumi.Input<string>;
  /** The ways out, without which no host could install anything at its first boot, nor tell its key. */
  readonly waysOut: readonly pulumi.Resource[];
  /** The public subnets' way from and to the Internet, without which no address of it can be given to anybody. */
  readonly publicWays: readonly pulumi.Resource[];
  privateSubnet(zone: string): pulumi.Input<string>;
  publicSubnet(zone: string): pulumi.Input<string>;
}

export interface NetworkArgs {
  readonly cidr: string;
  readonly region: string;
  readonly private: readonly ZoneSubnet[];
  /** Where the gateways out are, among others. */
  readonly public: readonly ZoneSubnet[];
  readonly nat: "one" | "each-zone" | "none";
  /** Services that the hosts reach from within, each by an interface in every zone. S3 they always do. */
  readonly endpoints: readonly string[];
  readonly logKeyArn: pulumi.Input<string>;
}

/** A network of its own: per zone a subnet for hosts without a way in, and small public ones for what must have one. */
export class Network extends pulumi.ComponentResource implements NetworkPlaces {
  readonly vpcId: pulumi.Output<string>;
  readonly waysOut: readonly pulumi.Resource[];
  readonly publicWays: readonly pulumi.Resource[];
  readonly #inner = new Map<string, aws.ec2.Subnet>();
  readonly #outer = new Map<string, aws.ec2.Subnet>();
  readonly #name: string;
  readonly #args: NetworkArgs;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:aws:Network", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const child = { parent: this };

    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock: args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      child,
    );
    this.vpcId = vpc.id;
    // What nobody chose a group for can speak to nobody.
    new aws.ec2.DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: vpc.id, ingress: [], egress: [], ...this.#tags("default-closed") },
      child,
    );
    flowLog(`${name}-flows`, { vpcId: vpc.id, keyArn: args.logKeyArn, stack: name }, this);

    const { gateways, ways } = this.#publicSide();
    this.publicWays = ways;
    const tables = args.private.map((subnet) => this.#privateSubnet(subnet, gateways));
    const endpoints = serviceEndpoints(
      name,
      {
        ...args,
        vpcId: vpc.id,
        routeTableIds: tables.map(({ table }) => table.id),
        subnetIds: args.private.map(({ zone }) => this.privateSubnet(zone)),
      },
      this,
    );
    this.waysOut = [...tables.flatMap(({ waysOut }) => waysOut), ...endpoints];
    this.registerOutputs();
  }

  privateSubnet(zone: string): pulumi.Output<string> {
    return idIn(this.#inner, zone);
  }

  publicSubnet(zone: string): pulumi.Output<string> {
    return idIn(this.#outer, zone);
  }

  #tags(suffix: string) {
    return { tags: { Name: `${this.#name}-${suffix}` } };
  }

  #subnet(kind: "private" | "public", { zone, cidr }: ZoneSubnet): aws.ec2.Subnet {
    return new aws.ec2.Subnet(
      `${this.#name}-${kind}-${zone}`,
      {
        vpcId: this.vpcId,
        cidrBlock: cidr,
        availabilityZone: `${this.#args.region}${zone}`,
        mapPublicIpOnLaunch: false,
        ...this.#tags(`${kind}-${zone}`),
      },
      { parent: this },
    );
  }

  /** The public subnets with their way to the Internet; gives that, and the gateways out of the others, by their zone. */
  #publicSide() {
    const name = this.#name;
    const child = { parent: this };
    const gateway = new aws.ec2.InternetGateway(
      `${name}-internet`,
      { vpcId: this.vpcId, ...this.#tags("internet") },
      child,
    );
    const table = new aws.ec2.RouteTable(
      `${name}-public`,
      { vpcId: this.vpcId, ...this.#tags("public") },
      child,
    );
    const ways: pulumi.Resource[] = [
      new aws.ec2.Route(
        `${name}-public-out`,
        { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
        child,
      ),
    ];
    const made = this.#args.public.map((subnet): [string, aws.ec2.NatGateway][] => {
      const { zone } = subnet;
      const outer = this.#subnet("public", subnet);
      this.#outer.set(zone, outer);
      ways.push(
        new aws.ec2.RouteTableAssociation(
          `${name}-public-${zone}`,
          { subnetId: outer.id, routeTableId: table.id },
          child,
        ),
      );
      return this.#args.nat === "none"
        ? []
        : [[zone, this.#natGateway(`${name}-nat-${zone}`, outer, gateway)]];
    });
    return { gateways: new Map(made.flat()), ways };
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

  /** A zone's subnet for hosts, with its own table of routes: out through the zone's gateway, or the only one. */
  #privateSubnet(subnet: ZoneSubnet, gateways: ReadonlyMap<string, aws.ec2.NatGateway>) {
    const { zone } = subnet;
    const name = `${this.#name}-private-${zone}`;
    const child = { parent: this };
    const inner = this.#subnet("private", subnet);
    this.#inner.set(zone, inner);
    const table = new aws.ec2.RouteTable(
      name,
      { vpcId: this.vpcId, ...this.#tags(`private-${zone}`) },
      child,
    );
    const waysOut: pulumi.Resource[] = [
      new aws.ec2.RouteTableAssociation(name, { subnetId: inner.id, routeTableId: table.id }, child),
    ];
    const nat = gateways.get(zone) ?? [...gateways.values()][0];
    if (nat !== undefined) {
      waysOut.push(
        new aws.ec2.Route(
          `${name}-out`,
          { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id },
          child,
        ),
      );
    }
    return { table, waysOut };
  }
}

/** A network that is there already: its routes, its gateways and its log are its owner's. */
export class ExistingNetwork implements NetworkPlaces {
  readonly vpcId: string;
  readonly waysOut: readonly pulumi.Resource[] = [];
  readonly publicWays: readonly pulumi.Resource[] = [];
  readonly #subnets: Readonly<Record<string, { readonly id: string }>>;
  readonly #public: string;

  constructor(network: NonNullable<AwsConfig["network"]["existing"]>) {
    this.vpcId = network.vpc;
    this.#subnets = network.subnets;
    this.#public = network.public.id;
  }

  privateSubnet(zone: string): string {
    const subnet = this.#subnets[zone];
    if (subnet === undefined) throw new Error(`the network has no subnet in the zone "${zone}"`);
    return subnet.id;
  }

  publicSubnet(): string {
    return this.#public;
  }
}

function idIn(subnets: ReadonlyMap<string, aws.ec2.Subnet>, zone: string): pulumi.Output<string> {
  const subnet = subnets.get(zone);
  if (subnet === undefined) throw new Error(`the network has no subnet in the zone "${zone}"`);
  return subnet.id;
}
