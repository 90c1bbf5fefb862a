import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { accountOf } from "./account.ts";
import { policyDocument, serviceTrust } from "./iam.ts";
import { rolePath } from "./permissions.ts";

const KEPT_DAYS = 90;

/** The log group of a stack's flows, whose name its key's policy needs before it is there. */
export const flowLogGroup = (stack: string): string => `/holdfast/${stack}/flows`;

/** Who spoke to whom in a network, for the day on which somebody asks. */
export function flowLog(
  name: string,
  args: {
    readonly vpcId: pulumi.Input<string>;
    readonly keyArn: pulumi.Input<string>;
    readonly stack: string;
  },
  parent: pulumi.Resource,
): void {
  const child = { parent };
  const log = new aws.cloudwatch.LogGroup(
    name,
    { name: flowLogGroup(args.stack), retentionInDays: KEPT_DAYS, kmsKeyId: args.keyArn },
    child,
  );
  const role = new aws.iam.Role(
    name,
    {
      path: rolePath(args.stack),
      assumeRolePolicy: accountOf(parent, ({ account }) =>
        JSON.stringify(serviceTrust("vpc-flow-logs.amazonaws.com", account)),
      ),
    },
    child,
  );
  const granted = new aws.iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: log.arn.apply((arn) =>
        JSON.stringify(
          policyDocument([
            {
              Sid: "WriteFlows",
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
              Resource: [`${arn}:*`],
            },
          ]),
        ),
      ),
    },
    child,
  );
  new aws.ec2.FlowLog(
    name,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestination: log.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: name },
    },
    { ...child, dependsOn: [granted] },
  );
}
