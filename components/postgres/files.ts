import { readFileSync } from "node:fs";
import { AGENT_FOLDER, scriptPath } from "../paths.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { type RolesPlan, renderRolesSql } from "./roles-sql.ts";

const ACTIVATE = readFileSync(new URL("./activate-roles.sh", import.meta.url), "utf8");
const VERIFIERS = readFileSync(new URL("./verifiers.py", import.meta.url), "utf8");
const SQL = "/etc/holdfast/roles.sql";
const PASSWORDS = "/etc/holdfast/secrets/passwords.json";
const VERIFIERS_PATH = `${AGENT_FOLDER}/verifiers.py`;

/** Every file that this component owns on a host, but for the passwords: pure. */
export function rolesFiles(plan: RolesPlan): readonly ManagedFile[] {
  return [
    { path: SQL, owner: "root:postgres", mode: "0640", content: renderRolesSql(plan) },
    {
      path: scriptPath("roles"),
      owner: "root:root",
      mode: "0644",
      content: withVariables({ sql: SQL, passwords: PASSWORDS, verifiers: VERIFIERS_PATH }, ACTIVATE),
    },
    { path: VERIFIERS_PATH, owner: "root:root", mode: "0644", content: VERIFIERS },
  ];
}

export function passwordFiles(passwords: Readonly<Record<string, string>>): readonly ManagedFile[] {
  return [{ path: PASSWORDS, owner: "root:root", mode: "0600", content: renderPasswords(passwords) }];
}

/** Sorted, so that the same passwords are the same file. */
function renderPasswords(passwords: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(passwords).sort();
  return `${JSON.stringify(Object.fromEntries(sorted.map((role) => [role, passwords[role]])), null, 2)}\n`;
}
