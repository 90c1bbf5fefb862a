import { hostNamed } from "../../../scripts/stack/outputs.ts";
import type { Lab } from "../../lab/support/lab.ts";

export interface Cut {
  /** To and from these hosts; from everybody when there are none. */
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
  const addresses = what.from?.map((name) => hostNamed(stack, name).address);
  const ports = what.ports && `{ ${what.ports.join(", ")} }`;
  const rules = (peer: "saddr" | "daddr") => {
    const match = addresses ? `ip ${peer} { ${addresses.join(", ")} }` : "";
    return ports
      ? [`${match} tcp dport ${ports} drop`, `${match} tcp sport ${ports} drop`]
      : [`${match} drop`];
  };
  const chain = (hook: "input" | "output", loopback: string, lines: readonly string[]) =>
    `chain ${hook} { type filter hook ${hook} priority filter - 10; ${[`${loopback} "lo" accept`, ...lines].join("; ")}; }`;
  const chains = [
    ...(what.onlyOutgoing ? [] : [chain("input", "iif", rules("saddr"))]),
    chain("output", "oif", rules("daddr")),
  ];
  await lab.inside(host, `nft --file - <<'NFT'\ntable ${TABLE} {\n${chains.join("\n")}\n}\nNFT\n`);
}

export async function healCut(lab: Lab, host: string): Promise<void> {
  await lab.inside(host, `nft delete table ${TABLE}`);
}
