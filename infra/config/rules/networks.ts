import { addressRange } from "../../../components/fields.ts";
import { labAddresses } from "../../local/addresses.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { problem } from "./problem.ts";

/** Addresses that never come in over a network. */
const NOBODY = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"];

export const within = (inner: string, outer: string): boolean => {
  const [first, last] = addressRange(inner);
  const [from, to] = addressRange(outer);
  return from <= first && last <= to;
};

/** Of two networks that have an address in common, one has all of the other's. */
export const overlap = (one: string, other: string) => within(one, other) || within(other, one);

/** Rules under which nobody could come in at all, not even the update itself, which proves that the cluster works. */
export function networksOfLab(config: Config, stack: string): Problem[] {
  const { access, platform, local } = config;
  if (platform !== "local" || access.length === 0 || networks(config).length > 0) return [];
  const { clients, gateway, network } = labAddresses({ local }, stack);
  const named = access.flatMap((rule) => rule.from);
  return named.some((from) => clients.some((client) => overlap(from, client)))
    ? []
    : [
        problem(
          "access",
          named,
          `in a lab one network at least that clients come from: this machine comes from ${gateway}, the hosts from ${network}`,
          `add ${network} to a rule's "from", or set local.subnet to a network of yours`,
        ),
      ];
}

/** Networks of an access rule: each of somebody, and none that another one of the same rule has in it. */
export function networks({ access }: Config): Problem[] {
  return access.flatMap((rule, at) =>
    rule.from.flatMap((network, index) => {
      const path = `access[${at}].from[${index}]`;
      if (NOBODY.some((range) => within(network, range))) {
        return [problem(path, network, "a network that clients can come from", "name their network")];
      }
      const around = rule.from.find(
        (other, place) => place !== index && within(network, other) && (other !== network || place < index),
      );
      return around === undefined
        ? []
        : [problem(path, network, `each address once, and ${around} has these already`, "remove it")];
    }),
  );
}
