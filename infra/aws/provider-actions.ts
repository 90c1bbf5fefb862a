/**
 * What the provider asks AWS for to make, read, change and delete a resource of each type that the program has. From the
 * names of the services' own operations; not tried against an account yet.
 */
export const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/logGroup:LogGroup": [
    ...["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy", "logs:AssociateKmsKey"],
    ...["logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource", "logs:DescribeLogGroups"],
  ],
  "aws:ebs/volume:Volume": [
    ...["ec2:CreateVolume", "ec2:DeleteVolume", "ec2:ModifyVolume", "ec2:CreateSnapshot"],
    ...["ec2:DescribeVolumes", "ec2:DescribeVolumesModifications", "ec2:DescribeSnapshots"],
  ],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": [
    "ec2:RevokeSecurityGroupIngress",
    "ec2:RevokeSecurityGroupEgress",
  ],
  "aws:ec2/eip:Eip": [
    ...["ec2:AllocateAddress", "ec2:ReleaseAddress", "ec2:AssociateAddress", "ec2:DisassociateAddress"],
    ...["ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute"],
  ],
  "aws:ec2/flowLog:FlowLog": ["ec2:CreateFlowLogs", "ec2:DeleteFlowLogs", "ec2:DescribeFlowLogs"],
  "aws:ec2/instance:Instance": [
    ...["ec2:RunInstances", "ec2:TerminateInstances", "ec2:StopInstances", "ec2:StartInstances"],
    ...["ec2:ModifyInstanceAttribute", "ec2:ModifyInstanceMetadataOptions", "ec2:MonitorInstances"],
    ...["ec2:ModifyInstanceMaintenanceOptions", "ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"],
    ...["ec2:DescribeInstanceTypes", "ec2:DescribeInstanceStatus", "ec2:DescribeTags"],
    ...["ec2:AssociateIamInstanceProfile", "ec2:DescribeIamInstanceProfileAssociations"],
    ...["ec2:DescribeInstanceCreditSpecifications", "ec2:DescribeVolumes", "ec2:DescribeNetworkInterfaces"],
  ],
  "aws:ec2/internetGateway:InternetGateway": [
    ...["ec2:CreateInternetGateway", "ec2:DeleteInternetGateway", "ec2:DescribeInternetGateways"],
    ...["ec2:AttachInternetGateway", "ec2:DetachInternetGateway"],
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": [
    ...["ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion", "ec2:DeleteLaunchTemplate"],
    ...["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions", "ec2:ModifyLaunchTemplate"],
  ],
  "aws:ec2/natGateway:NatGateway": [
    "ec2:CreateNatGateway",
    "ec2:DeleteNatGateway",
    "ec2:DescribeNatGateways",
  ],
  "aws:ec2/route:Route": [
    "ec2:CreateRoute",
    "ec2:DeleteRoute",
    "ec2:ReplaceRoute",
    "ec2:DescribeRouteTables",
  ],
  "aws:ec2/routeTable:RouteTable": [
    "ec2:CreateRouteTable",
    "ec2:DeleteRouteTable",
    "ec2:DescribeRouteTables",
  ],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": [
    ...["ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation"],
  ],
  "aws:ec2/securityGroup:SecurityGroup": [
    ...["ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup", "ec2:DescribeSecurityGroups"],
    ...["ec2:RevokeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"],
    "ec2:DescribeNetworkInterfaces",
  ],
  "aws:ec2/subnet:Subnet": [
    ...["ec2:CreateSubnet", "ec2:DeleteSubnet", "ec2:ModifySubnetAttribute", "ec2:DescribeSubnets"],
    "ec2:DescribeNetworkInterfaces",
  ],
  "aws:ec2/volumeAttachment:VolumeAttachment": ["ec2:AttachVolume", "ec2:DetachVolume", "ec2:StopInstances"],
  "aws:ec2/vpc:Vpc": [
    ...["ec2:CreateVpc", "ec2:DeleteVpc", "ec2:ModifyVpcAttribute", "ec2:DescribeVpcs"],
    ...["ec2:DescribeVpcAttribute", "ec2:DescribeNetworkAcls", "ec2:DescribeSecurityGroupRules"],
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    ...["ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints", "ec2:ModifyVpcEndpoint"],
    ...["ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists"],
  ],
  "aws:iam/instanceProfile:InstanceProfile": [
    ...["iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile"],
    ...["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"],
    "iam:TagInstanceProfile",
  ],
  "aws:iam/role:Role": [
    ...["iam:CreateRole", "iam:DeleteRole", "iam:GetRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy"],
    ...["iam:TagRole", "iam:UntagRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
    "iam:ListInstanceProfilesForRole",
  ],
  "aws:iam/rolePolicy:RolePolicy": ["iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy"],
  "aws:kms/alias:Alias": ["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias", "kms:ListAliases"],
  "aws:kms/key:Key": [
    ...["kms:CreateKey", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:EnableKeyRotation"],
    ...["kms:GetKeyRotationStatus", "kms:ListResourceTags", "kms:TagResource", "kms:UntagResource"],
    // EC2 is lent the key of the disks by whoever makes a machine.
    ...["kms:CreateGrant", "kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt", "kms:UpdateKeyDescription"],
  ],
  "aws:lb/listener:Listener": [
    ...["elasticloadbalancing:CreateListener", "elasticloadbalancing:DeleteListener"],
    ...["elasticloadbalancing:ModifyListener", "elasticloadbalancing:DescribeListeners"],
    "elasticloadbalancing:DescribeListenerAttributes",
  ],
  "aws:lb/loadBalancer:LoadBalancer": [
    ...["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:DeleteLoadBalancer"],
    ...["elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers"],
    ...["elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:SetSecurityGroups"],
    ...[
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:DescribeTags",
    ],
    "elasticloadbalancing:DescribeCapacityReservation",
  ],
  "aws:lb/targetGroup:TargetGroup": [
    ...["elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteTargetGroup"],
    ...["elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes"],
    ...["elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroupAttributes"],
  ],
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": [
    ...["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
    "elasticloadbalancing:DescribeTargetHealth",
  ],
  "aws:route53/record:Record": [
    ...["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:GetHostedZone"],
    "route53:GetChange",
  ],
  "aws:route53/zone:Zone": [
    ...["route53:CreateHostedZone", "route53:DeleteHostedZone", "route53:GetHostedZone", "route53:GetChange"],
    ...["route53:ChangeTagsForResource", "route53:ListTagsForResource", "route53:UpdateHostedZoneComment"],
    ...["route53:AssociateVPCWithHostedZone", "ec2:DescribeVpcs", "route53:GetDNSSEC"],
  ],
  "aws:s3/bucket:Bucket": [
    ...["s3:CreateBucket", "s3:ListBucket", "s3:GetBucketTagging", "s3:PutBucketTagging"],
    ...["s3:GetBucketLocation", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketWebsite"],
    ...["s3:GetBucketRequestPayment", "s3:GetAccelerateConfiguration", "s3:GetBucketPolicy"],
    ...["s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"],
  ],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
  ],
  "aws:s3/bucketLogging:BucketLogging": ["s3:GetBucketLogging", "s3:PutBucketLogging"],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": [
    "s3:GetBucketObjectLockConfiguration",
    "s3:PutBucketObjectLockConfiguration",
  ],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
    "s3:GetBucketOwnershipControls",
    "s3:PutBucketOwnershipControls",
  ],
  "aws:s3/bucketPolicy:BucketPolicy": ["s3:GetBucketPolicy", "s3:PutBucketPolicy"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": [
    "s3:GetReplicationConfiguration",
    "s3:PutReplicationConfiguration",
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "s3:GetEncryptionConfiguration",
    "s3:PutEncryptionConfiguration",
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ["s3:GetBucketVersioning", "s3:PutBucketVersioning"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    ...["ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress"],
    ...["ec2:ModifySecurityGroupRules", "ec2:DescribeSecurityGroupRules"],
  ],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    ...["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
    ...["ec2:ModifySecurityGroupRules", "ec2:DescribeSecurityGroupRules"],
  ],
};
