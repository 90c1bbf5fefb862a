import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type HostPlan, type HostRole, hostsOf, type Topology } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";
import { connectionTo } from "../../components/remote/connection.ts";
import type { Host } from "../../components/remote/host.ts";
import { localCommand } from "../../components/remote/local-command.ts";
import type { Config } from "../config/schema.ts";
import type { ObjectStore, Platform } from "../platform.ts";
import { administratorsKey, type SshKey } from "../ssh-key.ts";
import type { AwsAddresses } from "./addresses.ts";
import { BackupStore } from "./backup-store.ts";
import { key, logKeyPolicy } from "./encryption.ts";
import { Endpoints } from "./endpoints.ts";
import { Firewall } from "./firewall.ts";
import type { HostAccess } from "./iam.ts";
import { machine, type Surroundings, type VolumeArgs } from "./machines.ts";
import { Names } from "./names.ts";
import { Network } from "./network.ts";
import type { AwsConfig } from "./schema.ts";
import { groupRules } from "./security-groups.ts";

export interface AwsPlatformArgs {
  readonly config: Config & { readonly aws: AwsConfig };
  readonly topology: Topology;
  readonly addresses: AwsAddresses;
  readonly stack: string;
}

type AccessOf = (host: string, role: HostRole) => pulumi.Output<HostAccess>;

interface HostSurroundings {
  readonly network: Network;
  readonly firewall: Firewall;
  readonly surroundings: Surroundings;
  readonly accessOf: AccessOf;
  readonly ssh: SshKey;
  readonly bastion: Bastion;
}

type Bastion = NonNullable<Platform["wayIn"]>;

/** Whom Debian's images have for administration. */
const ADMINISTRATOR = "admin";

/** Debian's release that hosts run, as its images are named. */
const RELEASE = "13";
const FLOW_LOG_DAYS = 90;

/** EC2: machines without a way in but through the bastion and the balancer, on volumes that outlive them. */
export class AwsPlatform extends pulumi.ComponentResource implements Platform {
  readonly hosts: readonly Host[];
  readonly objectStore: ObjectStore;
  readonly sshPrivateKey: pulumi.Output<string>;
  readonly wayIn: Bastion;
  readonly #args: AwsPlatformArgs;

  constructor(name: string, args: AwsPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { config, topology, addresses, stack } = args;
    const { region } = config.aws;
    const provider = new aws.Provider("aws", {
      // The region's own type is a list of today's; the configuration may know a newer one.
      region: region as aws.Region,
      defaultTags: { tags: { Project: "holdfast", Stack: stack, Cluster: topology.cluster } },
    });
    super("holdfast:aws:AwsPlatform", name, {}, { ...opts, providers: [provider] });
    this.#args = args;
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    const partition = aws.getPartitionOutput({}, { parent: this }).partition;

    const disks = key(`${stack}-disks`, `Disks of ${stack}`, this);
    const logs = key(`${stack}-logs`, `Logs of ${stack}`, this, {
      policy: pulumi
        .all([partition, account])
        .apply(([part, id]) => logKeyPolicy(part, id, region, `/holdfast/${stack}/flows`)),
    });
    const network = new Network(
      stack,
      {
        cidr: config.aws.network.cidr,
        region,
        subnets: addresses.subnets,
        nat: config.aws.network.nat,
        endpoints: config.aws.network.endpoints,
        logDays: FLOW_LOG_DAYS,
        logKeyArn: logs.arn,
      },
      child,
    );
    const firewall = new Firewall(
      stack,
      {
        vpcId: network.vpcId,
        rules: groupRules(topology.flows, {
          administrators: config.aws.administrators,
          clients: topology.parties.clients,
        }),
      },
      child,
    );
    const store = new BackupStore("backups", config.aws.backups, child);
    const ssh = administratorsKey(this);
    this.sshPrivateKey = ssh.privateKey;
    const surroundings: Surroundings = {
      cluster: topology.cluster,
      region,
      ami: this.#image(region),
      publicKey: ssh.publicKey,
      diskKeyArn: disks.arn,
      before: [...network.waysOut, ...firewall.rules],
    };
    const accessOf: AccessOf = (host, role) =>
      pulumi
        .all([partition, account, store.bucket.arn, store.key.arn])
        .apply(([part, id, bucketArn, bucketKeyArn]) => ({
          host,
          role,
          partition: part,
          region,
          account: id,
          cluster: topology.cluster,
          bucketArn,
          bucketKeyArn,
          prefix: topology.cluster,
        }));
    const bastion = this.#bastion(network, firewall, surroundings, accessOf);
    this.wayIn = bastion;
    const instances = new Map<string, aws.ec2.Instance>();
    this.hosts = topology.hosts.map((plan) =>
      this.#host(plan, { network, firewall, surroundings, accessOf, ssh, bastion }, instances),
    );
    this.#waysIn(network, firewall, instances);
    this.objectStore = { endpoint: `https://s3.${region}.amazonaws.com`, region };
    this.registerOutputs();
  }

  /** From a workstation nothing but the bastion is in reach. */
  reach(): undefined {
    return undefined;
  }

  /** Looked for once, and again when somebody wants a newer one: an image of today must not replace a host tomorrow. */
  #image(region: string): pulumi.Output<string> {
    const { image } = this.#args.config.aws;
    return localCommand(
      "image",
      {
        create: "node --import tsx infra/aws/newest-image.ts",
        environment: { REGION: region, RELEASE, GENERATION: String(image) },
        timeoutSeconds: 60,
      },
      { parent: this },
    ).stdout;
  }

  #bastion(network: Network, firewall: Firewall, around: Surroundings, access: AccessOf): Bastion {
    const { addresses, config, topology } = this.#args;
    const [first] = addresses.subnets;
    if (first === undefined) throw new Error("a cluster has a zone at least");
    const made = machine(
      "bastion",
      {
        ...around,
        plan: { name: "bastion", fqdn: `bastion.${topology.domain}`, address: addresses.bastion },
        type: config.aws.instances.bastion,
        subnetId: network.publicSubnet(first.zone),
        securityGroupId: firewall.id("bastion"),
        policy: access("bastion", "proxy"),
        volume: undefined,
      },
      this,
    );
    const address = new aws.ec2.Eip(
      "bastion",
      { domain: "vpc", instance: made.instance.id, tags: { Name: "bastion" } },
      { parent: this },
    );
    return { host: address.publicIp, port: PORTS.ssh, user: ADMINISTRATOR, hostKey: made.hostKey };
  }

  #host(plan: HostPlan, around: HostSurroundings, instances: Map<string, aws.ec2.Instance>): Host {
    const { config } = this.#args;
    const { network, firewall, surroundings, accessOf, ssh, bastion } = around;
    const type = config.aws.instances[plan.role];
    const made = machine(
      plan.name,
      {
        ...surroundings,
        plan,
        type,
        subnetId: network.privateSubnet(plan.zone),
        securityGroupId: firewall.id(plan.role),
        policy: accessOf(plan.name, plan.role),
        volume: this.#volume(plan),
      },
      this,
    );
    instances.set(plan.name, made.instance);
    return {
      ...plan,
      connection: connectionTo({
        host: plan.address,
        port: PORTS.ssh,
        user: ADMINISTRATOR,
        privateKey: ssh.privateKey,
        hostKey: made.hostKey,
        through: { ...bastion, privateKey: ssh.privateKey },
      }),
      hostKey: made.hostKey,
      identity: made.instance.id,
      resource: made.ready,
      specification: `${type}, image ${config.aws.image}, ${plan.address}`,
      container: false,
    };
  }

  #volume(plan: HostPlan): VolumeArgs | undefined {
    if (plan.role === "proxy") return undefined;
    return { zone: plan.zone, gib: plan.diskGiB, ...this.#args.config.aws.volumes[plan.role] };
  }

  #waysIn(network: Network, firewall: Firewall, instances: ReadonlyMap<string, aws.ec2.Instance>): void {
    const { addresses, config, stack, topology } = this.#args;
    const proxies = hostsOf(topology.hosts, "proxy");
    const zones = [...new Set(proxies.map((proxy) => proxy.zone))];
    const endpoints = new Endpoints(
      stack,
      {
        vpcId: network.vpcId,
        places: zones.map((zone) => ({
          zone,
          subnetId: network.privateSubnet(zone),
          address: addresses.balancerIn(zone),
        })),
        securityGroupId: firewall.id("balancer"),
        ports: topology.endpoints,
        healthPort: PORTS.haproxyHealth,
        proxies: proxies.map(({ name }) => ({ name, instanceId: instances.get(name)?.id ?? "" })),
      },
      { parent: this },
    );
    const { zone, service } = config.aws.dns;
    new Names(
      stack,
      {
        domain: topology.domain,
        vpcId: network.vpcId,
        members: topology.hosts,
        balancer: endpoints,
        service: zone !== undefined && service !== undefined ? { zoneId: zone, name: service } : undefined,
      },
      { parent: this },
    );
  }
}
