import { TableCellDisplayMode, TableSortByFieldStateBuilder } from "@grafana/grafana-foundation-sdk/common";
import type { DynamicConfigValue } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";
import { type Frame, framed, mappings, refId, target, thresholds } from "./grafana-fields.ts";
import type { Column, Table } from "./panel.ts";

/** Labels that say where a series was collected, and nothing about the row. */
const COLLECTED = ["cluster", "instance", "job", "role", "alertstate", "__name__"];

/** A row for each set of labels, and a column for each query. */
export function tablePanel(panel: Table, frame: Frame): PanelBuilder {
  const builder = framed(new PanelBuilder(), panel, frame).unit("none").thresholds(thresholds());
  for (const [index, column] of panel.columns.entries()) {
    builder.withTarget(target({ ...column, legend: "" }, index, "table"));
    builder.overrideByName(column.name, properties(column));
  }
  builder.withTransformation({ id: "merge", options: {} });
  builder.withTransformation({ id: "organize", options: organized(panel) });
  if (panel.sortBy !== undefined) {
    builder.sortBy([new TableSortByFieldStateBuilder().displayName(panel.sortBy).desc(true)]);
  }
  return builder;
}

/** Names and order of the columns, which are labels and `Value #A` before. */
function organized({ labels, columns }: Table): object {
  const values = columns.map(({ name }, index) => [valueColumn(index, columns.length), name] as const);
  const renamed = [...Object.entries(labels), ...values];
  return {
    excludeByName: Object.fromEntries(
      ["Time", ...COLLECTED].filter((name) => !(name in labels)).map((name) => [name, true]),
    ),
    renameByName: Object.fromEntries(renamed),
    indexByName: Object.fromEntries(renamed.map(([name], index) => [name, index])),
  };
}

/** Grafana numbers the values of queries only where there are several. */
const valueColumn = (index: number, count: number): string =>
  count > 1 ? `Value #${refId(index)}` : "Value";

function properties({ unit, decimals, bounds, texts }: Column): DynamicConfigValue[] {
  const colored = bounds !== undefined || texts !== undefined;
  return [
    { id: "unit", value: unit },
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(bounds === undefined ? [] : [{ id: "thresholds", value: thresholds(bounds).build() }]),
    ...(texts === undefined ? [] : [{ id: "mappings", value: mappings(texts) }]),
    ...(colored ? [{ id: "custom.cellOptions", value: { type: TableCellDisplayMode.ColorText } }] : []),
  ];
}
