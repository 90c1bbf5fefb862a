import { readFileSync } from "node:fs";
import { type HostPlan, hostsOf, type Topology } from "../model.ts";
import { AGENT_FOLDER } from "../paths.ts";
import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { BARMAN, IDENTIFIER, MANIFESTS } from "./names.ts";
import { memberConnection } from "./render.ts";
import type { BackupsConfig } from "./schema.ts";

const source = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const PROGRAM = [
  ...["__main__", "counting", "standby", "store"].map(
    (name) => [name, source(`./manifest/${name}.py`)] as const,
  ),
  // The restore test asks in the very same way.
  ["rows", source("../restore/program/rows.py")] as const,
];

const PROGRAM_FOLDER = `${AGENT_FOLDER}/manifest`;
const SETTINGS = "/etc/barman/manifest.json";

/** Writes the manifest of a backup, whose ID follows. */
export const MANIFEST_COMMAND = `/usr/bin/python3 -B ${PROGRAM_FOLDER} ${SETTINGS}`;

/** What counts the rows that belong to a base backup, on a standby: pure. */
export function manifestFiles(plan: {
  readonly topology: Pick<Topology, "cluster" | "hosts">;
  readonly backups: Pick<BackupsConfig, "manifest">;
  readonly bucket: { readonly name: string; readonly endpoint: string | undefined };
}): readonly ManagedFile[] {
  const { topology, backups, bucket } = plan;
  const settings = {
    seconds: backups.manifest.maxSeconds,
    members: hostsOf<HostPlan>(topology.hosts, "database").map((member) => ({
      name: member.name,
      conninfo: memberConnection(member, BARMAN.manifest),
    })),
    store: {
      cluster: topology.cluster,
      home: BARMAN.home,
      folder: MANIFESTS,
      identifier: IDENTIFIER,
      bucket: bucket.name,
      endpoint: bucket.endpoint ?? null,
    },
  };
  return [
    file(SETTINGS, `${JSON.stringify(settings, null, 2)}\n`),
    ...PROGRAM.map(([name, text]) => file(`${PROGRAM_FOLDER}/${name}.py`, text)),
  ];
}
