import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { hostsOf, type Topology } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { AwsAddresses } from "./addresses.ts";
import { Endpoints } from "./endpoints.ts";
import type { Firewall } from "./firewall.ts";
import { Names } from "./names.ts";
import type { NetworkPlaces } from "./network.ts";

export interface WaysInArgs {
  readonly config: ConfigOnAws;
  readonly topology: Topology;
  readonly stack: string;
  readonly addresses: AwsAddresses;
  readonly network: NetworkPlaces;
  readonly firewall: Firewall;
  readonly instances: ReadonlyMap<string, aws.ec2.Instance>;
}

/** How clients come in: the balancer before the proxies, and the names of it and of the hosts. */
export function waysIn(
  { config, topology, stack, addresses, network, firewall, instances }: WaysInArgs,
  parent: pulumi.Resource,
): void {
  const proxies = hostsOf(topology.hosts, "proxy");
  const endpoints = new Endpoints(
    stack,
    {
      vpcId: network.vpcId,
      places: addresses.proxyZones.map((zone) => ({
        zone,
        subnetId: network.privateSubnet(zone),
        address: addresses.balancerIn(zone),
      })),
      securityGroupId: firewall.id("balancer"),
      ports: topology.endpoints,
      healthPort: PORTS.haproxyHealth,
      protect: config.aws.protect,
      proxies: proxies.map(({ name }) => ({ name, instanceId: instances.get(name)?.id ?? "" })),
    },
    { parent },
  );
  const { zone, service } = config.aws.dns;
  new Names(
    stack,
    {
      domain: topology.domain,
      vpcId: network.vpcId,
      members: topology.hosts,
      balancer: endpoints,
      service:
        zone !== undefined && service !== undefined && config.dr.active
          ? { zoneId: zone, name: service }
          : undefined,
    },
    { parent },
  );
}
