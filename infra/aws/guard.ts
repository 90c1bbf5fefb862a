import type * as pulumi from "@pulumi/pulumi";
import { localCommand } from "../../components/remote/local-command.ts";

/** The last of all resources, so the first that `destroy` comes to, which ends there as long as the stack is protected. Not what is named with `--target`. */
export function guard(
  args: { readonly stack: string; readonly protect: boolean },
  after: readonly pulumi.Resource[],
): void {
  localCommand(
    "guard",
    {
      create: "true",
      // An input and not an option of the resource, so that a preview shows when it changes.
      delete: args.protect ? `bash infra/aws/refuse-destroy.sh ${args.stack}` : "true",
    },
    { dependsOn: [...after] },
  );
}
