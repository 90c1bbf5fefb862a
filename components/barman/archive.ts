import { readFileSync } from "node:fs";
import type { HostPlan, Topology } from "../model.ts";
import { AGENT_FOLDER } from "../paths.ts";
import type { Parameters } from "../postgres/sizing.ts";
import { managedFile as file, type ManagedFile, program } from "../remote/managed-file.ts";
import { RECOVERY } from "../restore/names.ts";
import { ARCHIVE_COMMAND, ARCHIVE_KEY, BARMAN, LET_GO } from "./names.ts";
import type { BackupsConfig } from "./schema.ts";

const ARCHIVE_WAL = readFileSync(new URL("./archive-wal.sh", import.meta.url), "utf8");
const PUT_WAL = readFileSync(new URL("./put-wal.sh", import.meta.url), "utf8");
const PUT_WAL_PATH = `${AGENT_FOLDER}/put-wal`;
const KNOWN_HOSTS = "/etc/holdfast/archive_known_hosts";

/** Longer than Barman takes for any segment, and short enough to be tried again before the volume is full. */
const ARCHIVE_SECONDS = 60;

/** The parameters by which servers hand their WAL files over. */
export const archiveParameters = ({ archiveTimeout }: Pick<BackupsConfig, "archiveTimeout">): Parameters => ({
  archive_command: `${ARCHIVE_COMMAND} "%p"`,
  archive_mode: true,
  archive_timeout: `${archiveTimeout}s`,
});

/** What a database host has to hand its WAL files over: pure. */
export function archiveFiles(
  { topology, backups }: { readonly topology: Pick<Topology, "cluster">; readonly backups: BackupsConfig },
  barman: HostPlan,
): readonly ManagedFile[] {
  const variables = {
    cluster: topology.cluster,
    barman_host: barman.fqdn,
    account: BARMAN.user,
    seconds_each: String(ARCHIVE_SECONDS),
    keep_free: String(backups.keepFree),
    let_go: LET_GO,
  };
  const ssh = [
    "# Managed by Holdfast.",
    `Host ${barman.fqdn}`,
    `  IdentityFile ${ARCHIVE_KEY}`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile ${KNOWN_HOSTS}`,
    "  StrictHostKeyChecking yes",
    "  BatchMode yes",
    "  ConnectTimeout 5",
    "  ServerAliveInterval 5",
  ];
  return [
    program(ARCHIVE_COMMAND, variables, ARCHIVE_WAL),
    file("/var/lib/postgresql/.ssh/config", `${ssh.join("\n")}\n`, "root:postgres", "0640"),
  ];
}

/** By which it knows Barman's host. */
export const archiveKnownHosts = (barman: HostPlan, hostKey: string): readonly ManagedFile[] => [
  file(KNOWN_HOSTS, `${barman.fqdn} ${hostKey.trim()}\n`),
];

/** What takes WAL files in on Barman's host: pure. */
export const arrivalFiles = ({
  topology,
}: {
  readonly topology: Pick<Topology, "cluster">;
}): readonly ManagedFile[] => [
  program(PUT_WAL_PATH, { cluster: topology.cluster, mount: BARMAN.mount, recovery: RECOVERY }, PUT_WAL),
];

/** Who may hand them over: each key for that alone. */
export const arrivalKeys = (publicKeys: readonly string[]): readonly ManagedFile[] => [
  file(
    "/var/lib/barman/.ssh/authorized_keys",
    publicKeys.map((key) => `restrict,command="${PUT_WAL_PATH}" ${key.trim()}\n`).join(""),
    "barman:barman",
    "0600",
  ),
];
