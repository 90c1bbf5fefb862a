import { hostNamed } from "../../../scripts/stack/outputs.ts";
import type { Lab } from "../../lab/support/lab.ts";

export interface Cut {
  /** To and from these hosts; from everybody when none is named. */
  readonly from?: readonly string[];
  /** Only these ports, at either end. */
  readonly ports?: readonly number[];
  /** Only what the host sends. */
  readonly onlyOutgoing?: true;
}

const TABLE = "inet fault";

/**
 * Drops packets in the host's own network, in a table beside its firewall. Loopback stays, through which a host
 * reaches its own addresses, too. Connections that stand are cut like new ones.
 */
export async function cut(lab: Lab, host: string, what: Cut): Promise<void> {
  const stack = await lab.stack();
  const rules = renderCut(what, (name) => hostNamed(stack, name).address);
  await lab.inside(host, `nft --file - <<'NFT'\n${rules}NFT\n`);
}

export async function healCut(lab: Lab, host: string): Promise<void> {
  await lab.inside(host, `nft delete table ${TABLE}`);
}

/** The rules of a cut, for nft: pure. */
export function renderCut(what: Cut, addressOf: (host: string) => string): string {
  const incoming = what.onlyOutgoing ? [] : chain("input", 'iif "lo"', drops(what, addressOf, "saddr"));
  const outgoing = chain("output", 'oif "lo"', drops(what, addressOf, "daddr"));
  return `${[`table ${TABLE} {`, ...incoming, ...outgoing, "}"].join("\n")}\n`;
}

function drops(what: Cut, addressOf: (host: string) => string, peer: "saddr" | "daddr"): readonly string[] {
  const hosts = what.from ? `ip ${peer} { ${what.from.map(addressOf).join(", ")} } ` : "";
  const ports = what.ports && `{ ${what.ports.join(", ")} }`;
  return ports ? ["dport", "sport"].map((end) => `${hosts}tcp ${end} ${ports} drop`) : [`${hosts}drop`];
}

const chain = (hook: "input" | "output", loopback: string, rules: readonly string[]): readonly string[] => [
  `  chain ${hook} {`,
  // Before the host's own firewall, which lets pass what it knows.
  ...[`type filter hook ${hook} priority filter - 10;`, `${loopback} accept`, ...rules].map(
    (line) => `    ${line}`,
  ),
  "  }",
];
