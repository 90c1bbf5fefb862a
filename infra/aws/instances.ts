import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** What all instances have in common, whoever they are. */
export interface InstanceArgs {
  readonly ami: pulumi.Input<string>;
  readonly type: string;
  readonly subnetId: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Its private address, which the next machine of this name gets as well. */
  readonly address: string;
  readonly profile: pulumi.Input<string>;
  /** Of the template that has the text of its first boot. */
  readonly templateId: pulumi.Input<string>;
  readonly diskKeyArn: pulumi.Input<string>;
  readonly rootGiB: number;
  /** How people find it. */
  readonly label: string;
}

/**
 * A machine: encrypted, without a public address, its metadata for its own processes alone and by token, brought back by
 * Amazon when what is below it fails.
 */
export const instance = (
  name: string,
  args: InstanceArgs,
  opts: pulumi.CustomResourceOptions,
): aws.ec2.Instance =>
  new aws.ec2.Instance(
    name,
    {
      ami: args.ami,
      instanceType: args.type,
      subnetId: args.subnetId,
      vpcSecurityGroupIds: [args.securityGroupId],
      privateIp: args.address,
      associatePublicIpAddress: false,
      iamInstanceProfile: args.profile,
      // By its newest version, always: another text is of no use to a machine that has had its first boot, and AWS would stop
      // the machine to give it that. The next machine of this name boots with it.
      launchTemplate: { id: args.templateId, version: "$Latest" },
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      },
      rootBlockDevice: {
        encrypted: true,
        kmsKeyId: args.diskKeyArn,
        volumeType: "gp3",
        volumeSize: args.rootGiB,
        deleteOnTermination: true,
        tags: { Name: `${args.label}-root` },
      },
      ebsOptimized: true,
      monitoring: true,
      maintenanceOptions: { autoRecovery: "default" },
      // Amazon refuses to end it for anybody but this program, which takes the refusal back first.
      disableApiTermination: true,
      forceDestroy: true,
      tags: { Name: args.label },
    },
    {
      // Its address and its volume cannot belong to two machines at a time.
      deleteBeforeReplace: true,
      // Whether it has a public address, AWS says of the bastion's elastic one as well: the next refresh would replace it.
      ignoreChanges: ["associatePublicIpAddress"],
      // Amazon could change the type of a machine that stands still: all of them at the same time. Made anew, they follow
      // each other.
      replaceOnChanges: ["instanceType"],
      ...opts,
    },
  );
