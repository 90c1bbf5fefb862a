import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host } from "../remote/host.ts";
import { installComponent } from "../remote/steps.ts";
import { passwordFiles, rolesFiles } from "./files.ts";
import type { RolesPlan } from "./roles-sql.ts";

export interface RolesArgs {
  readonly plan: RolesPlan;
  readonly members: readonly Host[];
  readonly after: readonly pulumi.Resource[];
}

/** Databases, roles, grants and extensions inside the server. */
export class Roles extends pulumi.ComponentResource {
  /** Passwords by role, secret from birth. */
  readonly passwords: pulumi.Output<Readonly<Record<string, string>>>;
  readonly steps: readonly pulumi.Resource[];

  constructor(name: string, args: RolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:postgres:Roles", name, {}, opts);
    const names = args.plan.roles.map((role) => role.name);
    this.passwords = pulumi.secret(
      pulumi.all(
        Object.fromEntries(
          names.map((role) => [
            role,
            // Letters and digits: the password goes into connection strings and files of many dialects.
            new random.RandomPassword(`${role}-password`, { length: 32, special: false }, { parent: this })
              .result,
          ]),
        ),
      ),
    );
    // On every member, because nobody knows beforehand which one will be the primary by then.
    this.steps = args.members.map((host) =>
      installComponent({
        host,
        component: "roles",
        files: rolesFiles(args.plan),
        secretFiles: this.passwords.apply(passwordFiles),
        after: args.after,
        parent: this,
        timeoutSeconds: 300,
      }),
    );
    this.registerOutputs({ passwords: this.passwords });
  }
}
