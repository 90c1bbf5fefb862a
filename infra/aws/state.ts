import * as pulumi from "@pulumi/pulumi";
import { withoutFrames } from "../config/load.ts";

/** This project, as Pulumi.yaml names it, and so as the engine does. */
export const PROJECT = "holdfast";

/**
 * What a stack's state knows, each resource by its types and its name, as "holdfast:aws:AwsPlatform$aws:ebs/volume:Volume
 * db-1-volume": one at another place is another one to the engine. What is in the account and not here is not this
 * stack's to make again.
 */
export async function inState(stack: string): Promise<ReadonlySet<string>> {
  // The engine answers this itself, of any stack that its backend has.
  const { outputs }: { readonly outputs: Readonly<Record<string, unknown>> } = await pulumi.runtime
    .invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName: `${pulumi.getOrganization()}/${PROJECT}/${stack}`,
    })
    .catch((error: unknown) => {
      throw withoutFrames(
        `The engine does not say what the state of "${stack}" has; nothing was changed.\n\n    cause    ${String(error)}\n    next     see whether the backend answers: pulumi stack --stack ${stack}\n`,
      );
    });
  return new Set(Object.keys(outputs).map(typesAndName));
}

function typesAndName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types} ${name}`;
}
