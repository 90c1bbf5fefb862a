import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel as GrafanaPanel,
  type GridPos,
  MappingType,
  type Threshold,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import type { Bounds } from "./levels.ts";
import { DATA_SOURCE, type DashboardName, uidOf } from "./names.ts";
import type { Color, Panel, Query, Texts } from "./panel.ts";

/** Where a panel is, and its number within the dashboard. */
export interface Frame {
  readonly id: number;
  readonly at: GridPos;
}

/** What the SDK's builders of all panels have in common, which it has no type for. */
interface PanelBuilder extends Builder<GrafanaPanel> {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  gridPos(at: GridPos): this;
  datasource(source: typeof DATA_SOURCE): this;
  links(links: Builder<DashboardLink>[]): this;
  withTarget(target: Builder<Dataquery>): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  thresholds(thresholds: Builder<ThresholdsConfig>): this;
  mappings(mappings: ValueMapping[]): this;
}

/** What panels of all kinds are given alike. */
export function framed<B extends PanelBuilder>(builder: B, panel: Panel, { id, at }: Frame): B {
  builder.id(id).title(panel.title).gridPos(at).datasource(DATA_SOURCE);
  if (panel.description !== undefined) builder.description(panel.description);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.more !== undefined) builder.links([linkTo(panel.more)]);
  return builder;
}

const linkTo = (name: DashboardName): DashboardLinkBuilder =>
  new DashboardLinkBuilder(`More: ${name}`)
    .type(DashboardLinkType.Link)
    .url(`/d/${uidOf(name)}?\${__url_time_range}`);

/** A question for every moment of the shown time, or only for its end. */
export function target(
  { expr, legend, step = "5s" }: Omit<Query, "mayBeEmpty">,
  index: number,
  asked: "range" | "instant" | "table",
): DataqueryBuilder {
  const builder = new DataqueryBuilder()
    .refId(refId(index))
    .datasource(DATA_SOURCE)
    .expr(expr)
    .legendFormat(legend)
    .interval(step);
  if (asked === "range") return builder.range();
  return asked === "instant" ? builder.instant() : builder.instant().format(PromQueryFormat.Table);
}

export const refId = (index: number): string => String.fromCharCode("A".charCodeAt(0) + index);

export const thresholds = (bounds?: Bounds): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(bounds));

/** Each step holds from its value on; the first one from below all values. */
function steps(bounds?: Bounds): Threshold[] {
  const step = (value: number | null | undefined, color: Color): Threshold[] =>
    value === undefined ? [] : [{ value, color }];
  if (bounds === undefined) return step(null, "green");
  if ("above" in bounds) {
    const { warning, critical }: Steps = bounds.above;
    return [...step(null, "green"), ...step(warning, "yellow"), ...step(critical, "red")];
  }
  const { warning, critical }: Steps = bounds.below;
  return [
    ...step(null, critical === undefined ? "yellow" : "red"),
    ...(warning === undefined ? [] : step(critical, "yellow")),
    ...step(warning ?? critical, "green"),
  ];
}

interface Steps {
  readonly warning?: number;
  readonly critical?: number;
}

export const mappings = (texts: Texts): ValueMapping[] => [
  { type: MappingType.ValueToText, options: Object.fromEntries(Object.entries(texts)) },
];
