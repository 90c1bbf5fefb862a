import { addressRange } from "../../../components/fields.ts";
import type { Problem } from "../problems.ts";
import type { Config } from "../schema.ts";
import { problem } from "./problem.ts";

/** Addresses that never come in over a network. */
const NOBODY = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"];

const within = (inner: string, outer: string): boolean => {
  const [first, last] = addressRange(inner);
  const [from, to] = addressRange(outer);
  return from <= first && last <= to;
};

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
