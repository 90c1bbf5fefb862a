import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type PolicyDocument, serviceTrust } from "./iam.ts";
import { rolePath } from "./permissions.ts";

/** A role for one machine, with what it may do, as the profile that an instance is given. */
export function hostProfile(
  name: string,
  { host, stack }: { readonly host: string; readonly stack: string },
  policy: pulumi.Input<PolicyDocument>,
  parent: pulumi.Resource,
): { readonly profile: aws.iam.InstanceProfile; readonly granted: pulumi.Resource } {
  const child = { parent };
  const role = new aws.iam.Role(
    name,
    {
      path: rolePath(stack),
      assumeRolePolicy: JSON.stringify(serviceTrust("ec2.amazonaws.com")),
      description: `The host ${host}`,
      tags: { Name: host },
    },
    child,
  );
  const granted = new aws.iam.RolePolicy(
    name,
    { role: role.name, policy: pulumi.output(policy).apply((document) => JSON.stringify(document)) },
    child,
  );
  return {
    profile: new aws.iam.InstanceProfile(name, { path: rolePath(stack), role: role.name }, child),
    granted,
  };
}
