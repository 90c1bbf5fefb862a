import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { HostPlan } from "../../components/model.ts";
import { DATA_ROOT } from "../../components/paths.ts";
import { localCommand } from "../../components/remote/local-command.ts";
import { hostProfile } from "./host-role.ts";
import { type HostAccess, hostKeyParameter, hostPolicy } from "./iam.ts";
import { instance } from "./instances.ts";
import { renderUserData } from "./user-data.ts";

/** What all machines of a cluster share. */
export interface Surroundings {
  readonly stack: string;
  readonly cluster: string;
  readonly region: string;
  readonly ami: pulumi.Input<string>;
  readonly publicKey: pulumi.Input<string>;
  readonly diskKeyArn: pulumi.Input<string>;
  /** What has to be there before a machine boots: its way out, and who may speak to it. */
  readonly before: readonly pulumi.Resource[];
  /** Whether the engine refuses to delete data volumes. */
  readonly protect: boolean;
}

export interface MachineArgs extends Surroundings {
  readonly plan: Pick<HostPlan, "name" | "fqdn" | "address">;
  readonly type: string;
  readonly subnetId: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
  readonly policy: pulumi.Input<HostAccess>;
  readonly volume: VolumeArgs | undefined;
}

export interface VolumeArgs {
  readonly zone: string;
  readonly gib: number;
  readonly iops: number;
  readonly throughput: number;
}

export interface Machine {
  readonly instance: aws.ec2.Instance;
  /** The machine's public SSH key, which it told after its first boot. */
  readonly hostKey: pulumi.Output<string>;
  /** The last of what makes it: whoever waits for it may connect. */
  readonly ready: pulumi.Resource;
}

/** The root volume holds the system, its log and packages: all of it can be made anew. */
const ROOT_GIB = 20;

/**
 * A machine, with its data volume, which is a resource of its own and outlives it. Names of resources are those of a
 * lab, by which the operator's commands find hosts and volumes in a state.
 */
export function machine(name: string, args: MachineArgs, parent: pulumi.Resource): Machine {
  const child = { parent };
  const volume = args.volume && dataVolume(name, args.volume, args, parent);
  const role = hostProfile(
    `${name}-role`,
    { host: name, stack: args.stack },
    pulumi.output(args.policy).apply(hostPolicy),
    parent,
  );
  const made = instance(
    `${name}-host`,
    {
      ami: args.ami,
      type: args.type,
      subnetId: args.subnetId,
      securityGroupId: args.securityGroupId,
      address: args.plan.address,
      profile: role.profile.name,
      templateId: firstBoot(name, args, volume, parent).id,
      diskKeyArn: args.diskKeyArn,
      rootGiB: ROOT_GIB,
      label: name,
    },
    { parent, dependsOn: [...args.before, role.granted] },
  );
  if (volume !== undefined) {
    new aws.ec2.VolumeAttachment(
      `${name}-attachment`,
      {
        // A name that Nitro does not use: volumes are found by their id.
        deviceName: "/dev/sdf",
        instanceId: made.id,
        volumeId: volume.id,
        // PostgreSQL ends in order before its disk goes.
        stopInstanceBeforeDetaching: true,
      },
      { ...child, deleteBeforeReplace: true },
    );
  }
  const told = localCommand(
    `${name}-host-key`,
    {
      create: "node --import tsx infra/aws/host-key.ts",
      environment: {
        REGION: args.region,
        PARAMETER: hostKeyParameter(args.cluster, args.plan.name),
        INSTANCE: made.id,
      },
      triggers: [made.id],
      timeoutSeconds: 900,
    },
    child,
  );
  return { instance: made, hostKey: told.stdout, ready: told };
}

/** The text that a machine boots with for the first time, apart from the machine: it may change while that runs. */
function firstBoot(
  name: string,
  args: MachineArgs,
  volume: aws.ebs.Volume | undefined,
  parent: pulumi.Resource,
): aws.ec2.LaunchTemplate {
  const { plan, cluster, region } = args;
  const text = pulumi.all([args.publicKey, volume?.id]).apply(([publicKey, id]) =>
    renderUserData({
      hostname: plan.name,
      fqdn: plan.fqdn,
      publicKey,
      volume: id,
      mountPoint: DATA_ROOT,
      hostKeyParameter: hostKeyParameter(cluster, plan.name),
      region,
    }),
  );
  return new aws.ec2.LaunchTemplate(
    `${name}-template`,
    {
      description: `First boot of ${name}`,
      userData: text.apply((plain) => Buffer.from(plain).toString("base64")),
      tags: { Name: name },
    },
    { parent },
  );
}

const dataVolume = (
  name: string,
  args: VolumeArgs,
  around: Pick<Surroundings, "region" | "diskKeyArn" | "protect">,
  parent: pulumi.Resource,
): aws.ebs.Volume =>
  new aws.ebs.Volume(
    `${name}-volume`,
    {
      availabilityZone: `${around.region}${args.zone}`,
      size: args.gib,
      type: "gp3",
      iops: args.iops,
      throughput: args.throughput,
      encrypted: true,
      kmsKeyId: around.diskKeyArn,
      finalSnapshot: true,
      tags: { Name: `${name}-data`, DataOf: name },
    },
    // The last snapshot of a full volume takes hours, and the end of the volume waits for it.
    { parent, protect: around.protect, customTimeouts: { delete: "12h" } },
  );
