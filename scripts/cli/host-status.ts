import Table from "cli-table3";
import { AGENT_PATH, MAINTENANCE_MARK } from "../../components/paths.ts";
import { findDrift } from "../stack/drift.ts";
import type { LastChange, Stack } from "../stack/outputs.ts";
import { runOnHost } from "../stack/ssh.ts";

export interface HostStatus {
  readonly name: string;
  readonly role: string;
  readonly zone: string;
  readonly inMaintenance: boolean;
  /** Of its certificates, the first that ends: ISO 8601; null when nobody can say. */
  readonly certificatesEnd: string | null;
  /** What is not as it was configured last: paths, or the keys of the dynamic configuration. */
  readonly drift: readonly string[];
  readonly problem: string | null;
}

const FACTS = `
if [[ -e ${MAINTENANCE_MARK} ]]; then echo maintenance; fi
${AGENT_PATH} certificates`;

/** What is to be known of each host, whatever runs on it. */
export async function hostStatus(stack: Stack): Promise<HostStatus[]> {
  const drift = await findDrift(stack);
  return Promise.all(
    stack.hosts.map(async (host) => {
      const { name, role, zone } = host;
      const drifted = drift.find((each) => each.host === name);
      const common = { name, role, zone, drift: (drifted?.differences ?? []).map(({ subject }) => subject) };
      try {
        const { stdout } = await runOnHost(stack, host, FACTS);
        return { ...common, ...parseFacts(stdout), problem: drifted?.problem ?? null };
      } catch (error) {
        const problem = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
        return { ...common, inMaintenance: false, certificatesEnd: null, problem };
      }
    }),
  );
}

/** From the lines that a host prints: pure. */
export function parseFacts(text: string): Pick<HostStatus, "inMaintenance" | "certificatesEnd"> {
  const lines = text.split("\n");
  const ends = lines.flatMap((line) => {
    const [path = "", end] = line.split(" ");
    // An authority outlives what it signed.
    return end === undefined || path.endsWith("/ca.crt") ? [] : [end];
  });
  return { inMaintenance: lines.includes("maintenance"), certificatesEnd: ends.sort()[0] ?? null };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The hosts as a table: pure. */
export function renderHosts(hosts: readonly HostStatus[], now = new Date()): string {
  const table = new Table({
    head: ["host", "role", "zone", "state", "certificates end in", "changed by hand"],
    style: { head: [], border: [] },
  });
  for (const { name, role, zone, inMaintenance, certificatesEnd, drift, problem } of hosts) {
    const days = certificatesEnd === null ? null : (Date.parse(certificatesEnd) - now.getTime()) / DAY_MS;
    table.push([
      name,
      role,
      zone,
      problem ?? (inMaintenance ? "in maintenance" : "ok"),
      days === null ? "" : `${Math.floor(days)} days`,
      drift.length === 0 ? "" : `${drift.join(", ")} (./holdfast drift)`,
    ]);
  }
  return table.toString();
}

const UNITS = [
  ["day", DAY_MS],
  ["hour", 60 * 60 * 1000],
  ["minute", 60 * 1000],
  ["second", 1000],
] as const;

/** How long ago the stack was changed, in its largest whole unit: pure. */
export function renderLastChange(change: LastChange | undefined, now: Date): string {
  if (change === undefined) return "last change: unknown to the engine's backend";
  const age = now.getTime() - Date.parse(change.at);
  const [unit, length] = UNITS.find(([, each]) => age >= each) ?? UNITS[3];
  const count = Math.max(0, Math.floor(age / length));
  return `last change: ${change.kind}, ${change.result}, ${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
