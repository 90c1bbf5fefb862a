import { readFileSync } from "node:fs";
import type { HostRole } from "../model.ts";
import { scriptPath } from "../paths.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { folderOf, type Identity } from "./identities.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

/** Units that keep their certificates until they are told to read them again; etcd reads them on every handshake. */
const RELOAD: Record<HostRole, readonly string[]> = {
  database: ["patroni"],
  proxy: ["haproxy", "pgbouncer@writer", "pgbouncer@reader"],
  operations: [],
};

/** Every file that this component owns on a host: pure. The keys are not among them. */
export function tlsFiles(
  role: HostRole,
  identities: readonly Identity[],
  authority: string,
  certificates: Readonly<Record<string, string>>,
): readonly ManagedFile[] {
  const owners = new Map(identities.map((identity) => [folderOf(identity), identity.owner]));
  return [
    ...identities.map((identity) => ({
      path: `${identity.path}.crt`,
      owner: identity.owner,
      mode: "0644",
      content: certificates[identity.path] ?? "",
    })),
    ...[...owners].map(([folder, owner]) => ({
      path: `${folder}/ca.crt`,
      owner,
      mode: "0644",
      content: authority,
    })),
    tlsScript(role, identities),
  ];
}

/** What is known of these files before there is a certificate: pure. */
export function tlsScript(role: HostRole, identities: readonly Identity[]): ManagedFile {
  return {
    path: scriptPath("tls"),
    owner: "root:root",
    mode: "0644",
    content: withVariables(
      { identities: identities.map((identity) => identity.path).join(" "), reload: RELOAD[role].join(" ") },
      ACTIVATE,
    ),
  };
}
