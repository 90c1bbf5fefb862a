import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Host } from "../remote/host.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { installComponent, scriptPath } from "../remote/steps.ts";
import { type RolesPlan, renderPasswords, renderRolesSql, SERVICE_ROLES_WITH_PASSWORD } from "./roles-sql.ts";

const ACTIVATE = readFileSync(new URL("./activate-roles.sh", import.meta.url), "utf8");
const SQL = "/etc/holdfast/roles.sql";
const PASSWORDS = "/etc/holdfast/secrets/passwords.psql";

export interface RolesArgs extends RolesPlan {
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
    const names = [...SERVICE_ROLES_WITH_PASSWORD, ...args.roles.map((role) => role.name)];
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
        files: rolesFiles(args),
        secretFiles: this.passwords.apply(passwordFiles),
        after: args.after,
        parent: this,
        timeoutSeconds: 180,
      }),
    );
    this.registerOutputs({ passwords: this.passwords });
  }
}

/** Every file that this component owns on a host, but for the passwords: pure. */
export function rolesFiles(plan: RolesPlan): readonly ManagedFile[] {
  return [
    { path: SQL, owner: "root:postgres", mode: "0640", content: renderRolesSql(plan) },
    {
      path: scriptPath("roles"),
      owner: "root:root",
      mode: "0644",
      content: withVariables({ sql: SQL, passwords: PASSWORDS }, ACTIVATE),
    },
  ];
}

export function passwordFiles(passwords: Readonly<Record<string, string>>): readonly ManagedFile[] {
  return [{ path: PASSWORDS, owner: "root:root", mode: "0600", content: renderPasswords(passwords) }];
}
