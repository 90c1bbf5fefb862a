import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** A metric that an expression asks for, with the labels that it chooses by. */
export interface Selector {
  readonly metric: string | undefined;
  readonly labels: readonly string[];
}

export interface Parsed {
  /** Where the parser could not go on: empty for what Prometheus takes. */
  readonly errors: readonly string[];
  readonly selectors: readonly Selector[];
  /** Those that selectors name, each once. */
  readonly metrics: readonly string[];
  /** Labels by which is grouped, with the metrics that are grouped by them. */
  readonly groupings: readonly { readonly labels: readonly string[]; readonly metrics: readonly string[] }[];
}

/** What an expression is made of, as Prometheus's own grammar reads it. */
export function parsePromql(expr: string): Parsed {
  const { topNode } = parser.parse(expr);
  const text = ({ from, to }: SyntaxNode): string => expr.slice(from, to);
  const below = (node: SyntaxNode, name: string): readonly SyntaxNode[] => {
    const found: SyntaxNode[] = [];
    node.cursor().iterate((each) => {
      if (each.name === name) found.push(each.node);
    });
    return found;
  };
  const errors: string[] = [];
  topNode.cursor().iterate(({ node }) => {
    if (node.type.isError) errors.push(`at ${node.from}: ${expr.slice(node.from, node.from + 30)}`);
  });
  const selectors = below(topNode, "VectorSelector").map((selector) => {
    const metric = selector.getChild("Identifier");
    return {
      metric: metric === null ? undefined : text(metric),
      labels: below(selector, "LabelName").map(text),
    };
  });
  return {
    errors,
    selectors,
    metrics: [...new Set(selectors.flatMap(({ metric }) => metric ?? []))],
    groupings: below(topNode, "AggregateExpr").flatMap((aggregation) => {
      const modifier = aggregation.getChild("AggregateModifier");
      return modifier === null
        ? []
        : [
            {
              labels: below(modifier, "LabelName").map(text),
              metrics: below(aggregation, "Identifier").map(text),
            },
          ];
    }),
  };
}
