import { parser } from "@prometheus-io/lezer-promql";

export interface Expression {
  /** Where the parser gave up, as text; empty when it did not. */
  readonly errors: readonly string[];
  readonly metrics: readonly string[];
}

/** What an expression consists of, by the parser of Prometheus' own editor. */
export function parsePromql(text: string): Expression {
  const errors: string[] = [];
  const metrics = new Set<string>();
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) errors.push(`${text.slice(0, node.from)} >>> ${text.slice(node.from)}`);
      if (node.name === "VectorSelector") {
        const name = node.node.getChild("Identifier");
        if (name !== null) metrics.add(text.slice(name.from, name.to));
      }
    },
  });
  return { errors, metrics: [...metrics] };
}
