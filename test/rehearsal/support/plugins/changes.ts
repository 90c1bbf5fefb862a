/** Inputs whose change makes another resource, of the types that are used: AWS has no way to change these. */
const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  Instance: ["ami", "subnetId", "privateIp", "associatePublicIpAddress", "availabilityZone", "keyName"],
  Volume: ["availabilityZone", "encrypted", "kmsKeyId", "snapshotId"],
  VolumeAttachment: ["deviceName", "instanceId", "volumeId"],
  Vpc: ["cidrBlock"],
  Subnet: ["availabilityZone", "cidrBlock", "vpcId"],
  Bucket: ["bucket", "objectLockEnabled"],
  TargetGroup: ["port", "protocol", "targetType", "vpcId"],
  TargetGroupAttachment: ["port", "targetGroupArn", "targetId"],
  LoadBalancer: ["internal", "loadBalancerType"],
  Record: ["name", "type", "zoneId"],
  Zone: ["name"],
  Alias: ["name"],
  SecurityGroup: ["description", "name", "vpcId"],
  InstanceProfile: ["name"],
  RolePolicy: ["name", "role"],
};

export const replacedBy = (type: string): readonly string[] => [
  "region",
  ...(REPLACED_BY[type.slice(type.lastIndexOf(":") + 1)] ?? []),
];
