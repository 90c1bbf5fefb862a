import * as pulumi from "@pulumi/pulumi";

/** This project, as Pulumi.yaml names it, and so as the engine does. */
export const PROJECT = "holdfast";

/**
 * What a stack's state knows, each resource by its type and name: "aws:ebs/volume:Volume db-1-volume". What is in the
 * account and not here is not this stack's to make again.
 */
export async function inState(stack: string): Promise<ReadonlySet<string>> {
  // The engine answers this itself, of any stack that its backend has.
  const { outputs }: { readonly outputs: Readonly<Record<string, unknown>> } = await pulumi.runtime.invoke(
    "pulumi:pulumi:readStackResourceOutputs",
    { stackName: `${pulumi.getOrganization()}/${PROJECT}/${stack}` },
  );
  return new Set(Object.keys(outputs).map(resourceOf));
}

/** From a URN, whose third part is the types of the resource and of all that it is in. */
function resourceOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.slice(types.lastIndexOf("$") + 1)} ${name}`;
}
