import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { HostPlan, Topology } from "../../components/model.ts";
import { PORTS } from "../../components/ports.ts";
import { connectionTo } from "../../components/remote/connection.ts";
import type { Host } from "../../components/remote/host.ts";
import { localCommand } from "../../components/remote/local-command.ts";
import type { ConfigOnAws } from "../addresses.ts";
import type { Peer } from "../config/peer.ts";
import type { ObjectStore, Platform } from "../platform.ts";
import { administratorsKey, type SshKey } from "../ssh-key.ts";
import { accountOf } from "./account.ts";
import { type AwsAddresses, awsAddresses } from "./addresses.ts";
import { BackupStore } from "./backup-store.ts";
import { key, logKeyPolicy } from "./encryption.ts";
import { Firewall } from "./firewall.ts";
import { flowLogGroup } from "./flow-log.ts";
import { guard } from "./guard.ts";
import type { HostAccess } from "./iam.ts";
import { jobsAccess } from "./jobs-access.ts";
import { machine, type Surroundings, type VolumeArgs } from "./machines.ts";
import { ExistingNetwork, Network, type NetworkPlaces } from "./network.ts";
import { groupRules } from "./security-groups.ts";
import { waysIn } from "./ways-in.ts";

export interface AwsPlatformArgs {
  readonly config: ConfigOnAws;
  readonly topology: Topology;
  readonly stack: string;
  readonly peer: Peer | undefined;
  /** The copy of the peer's backups that this cluster is rebuilt from. */
  readonly source: { readonly bucket: string; readonly keyArn: string; readonly cluster: string } | undefined;
}

type AccessOf = (host: string, role: HostAccess["role"]) => pulumi.Output<HostAccess>;

interface HostSurroundings {
  readonly network: NetworkPlaces;
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

/** EC2: machines without a way in but through the bastion and the balancer, on volumes that outlive them. */
export class AwsPlatform extends pulumi.ComponentResource implements Platform {
  readonly hosts: readonly Host[];
  readonly objectStore: ObjectStore;
  readonly sshPrivateKey: pulumi.Output<string>;
  readonly wayIn: Bastion;
  readonly #args: AwsPlatformArgs;
  readonly #addresses: AwsAddresses;

  constructor(name: string, args: AwsPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { config, topology, stack } = args;
    const { region, account, protect } = config.aws;
    const provider = new aws.Provider("aws", {
      // The region's own type is a list of today's; the configuration may know a newer one.
      region: region as aws.Region,
      ...(account === undefined ? {} : { allowedAccountIds: [account] }),
      defaultTags: { tags: { Project: "holdfast", Stack: stack, Cluster: topology.cluster } },
    });
    super("holdfast:aws:AwsPlatform", name, {}, { ...opts, providers: [provider] });
    this.#args = args;
    this.#addresses = awsAddresses(config);
    const child = { parent: this };

    const network = this.#network();
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
    const store = new BackupStore(
      "backups",
      {
        stack,
        region,
        backups: config.aws.backups,
        windowDays: config.backups.recoveryWindowDays,
        protect,
      },
      child,
    );
    const ssh = administratorsKey(this);
    this.sshPrivateKey = ssh.privateKey;
    const surroundings: Surroundings = {
      stack,
      cluster: topology.cluster,
      region,
      ami: this.#image(region),
      publicKey: ssh.publicKey,
      diskKeyArn: key(`${stack}-disks`, { purpose: `Disks of ${stack}`, region, protect }, this).arn,
      before: [...network.waysOut, ...firewall.rules],
      protect,
    };
    const accessOf = this.#accessOf(store);
    const bastion = this.#bastion(network, firewall, surroundings, accessOf);
    this.wayIn = bastion;
    const instances = new Map<string, aws.ec2.Instance>();
    this.hosts = topology.hosts.map((plan) =>
      this.#host(plan, { network, firewall, surroundings, accessOf, ssh, bastion }, instances),
    );
    waysIn({ ...args, addresses: this.#addresses, network, firewall, instances }, this);
    jobsAccess(args, this);
    this.objectStore = { endpoint: `https://s3.${region}.amazonaws.com` };
    this.registerOutputs();
  }

  #network(): NetworkPlaces {
    const { config, stack } = this.#args;
    const { network, region, protect } = config.aws;
    if (network.existing !== undefined) return new ExistingNetwork(network.existing);
    const policy = accountOf(this, ({ partition, account }) =>
      logKeyPolicy(partition, account, region, flowLogGroup(stack)),
    );
    const logs = key(`${stack}-logs`, { purpose: `Logs of ${stack}`, region, protect, policy }, this);
    const { private: inner, public: outer } = this.#addresses;
    const { cidr, nat, endpoints } = network;
    return new Network(
      stack,
      { cidr, region, private: inner, public: outer, nat, endpoints, logKeyArn: logs.arn },
      { parent: this },
    );
  }

  #accessOf(store: BackupStore): AccessOf {
    const { config, topology, source } = this.#args;
    const { region } = config.aws;
    const facts = accountOf(this, (known) => known);
    return (host, role) =>
      pulumi
        .all([facts, store.bucket.arn, store.key.arn])
        .apply(([{ partition, account }, bucketArn, keyArn]) => ({
          host,
          role,
          partition,
          region,
          account,
          cluster: topology.cluster,
          backups: { bucketArn, keyArn, region },
          source: source && {
            bucketArn: `arn:${partition}:s3:::${source.bucket}`,
            keyArn: source.keyArn,
            region,
            cluster: source.cluster,
          },
        }));
  }

  seal(everything: readonly pulumi.Resource[]): void {
    const { config, stack } = this.#args;
    guard({ stack, protect: config.aws.protect }, [this, ...everything]);
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

  #bastion(network: NetworkPlaces, firewall: Firewall, around: Surroundings, access: AccessOf): Bastion {
    const { config, topology } = this.#args;
    const addresses = this.#addresses;
    const [first] = addresses.public;
    if (first === undefined) throw new Error("a cluster has a zone at least");
    const made = machine(
      "bastion",
      {
        ...around,
        plan: { name: "bastion", fqdn: `bastion.${topology.domain}`, address: addresses.bastion },
        type: config.aws.instances.bastion,
        subnetId: network.publicSubnet(first.zone),
        securityGroupId: firewall.id("bastion"),
        policy: access("bastion", "bastion"),
        volume: undefined,
      },
      this,
    );
    const address = new aws.ec2.Eip(
      "bastion",
      { domain: "vpc", instance: made.instance.id, tags: { Name: "bastion" } },
      { parent: this, dependsOn: [...network.publicWays] },
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
}
