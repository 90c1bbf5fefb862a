import { PanelBuilder as BarsBuilder } from "@grafana/grafana-foundation-sdk/bargauge";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  ScaleDistribution,
  ScaleDistributionConfigBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import type { Panel as GrafanaPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StatesBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as GraphBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Frame, framed, mappings, target, thresholds } from "./grafana-fields.ts";
import { tablePanel } from "./grafana-table.ts";
import type { Bars, Graph, Panel, Stat, States } from "./panel.ts";

export function grafanaPanel(panel: Panel, frame: Frame): Builder<GrafanaPanel> {
  switch (panel.kind) {
    case "graph":
      return graphPanel(panel, frame);
    case "stat":
      return statPanel(panel, frame);
    case "bars":
      return barsPanel(panel, frame);
    case "states":
      return statesPanel(panel, frame);
    case "table":
      return tablePanel(panel, frame);
  }
}

function graphPanel(panel: Graph, frame: Frame): GraphBuilder {
  const builder = framed(new GraphBuilder(), panel, frame)
    .unit(panel.unit)
    .thresholds(thresholds(panel.bounds))
    // From 0, so that a small change does not look like a large one.
    .axisSoftMin(0)
    .lineWidth(1)
    .fillOpacity(panel.stacked ? 40 : 8)
    .showPoints(VisibilityMode.Never)
    // A lost scrape is no gap; a host that is gone is one.
    .spanNulls(60_000)
    .legend(legend(panel))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  for (const [index, query] of panel.queries.entries()) builder.withTarget(target(query, index, "range"));
  if (panel.max !== undefined) builder.axisSoftMax(panel.max);
  if (panel.stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
  if (panel.steps) builder.lineInterpolation(LineInterpolation.StepAfter);
  if (panel.bounds !== undefined) {
    builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  if (panel.logarithmic) {
    builder.scaleDistribution(
      // Unlike the plain logarithm it has a place for 0.
      new ScaleDistributionConfigBuilder().type(ScaleDistribution.Symlog).log(10).linearThreshold(1),
    );
  }
  return builder;
}

/** With numbers where there is room for them. */
const legend = ({ width }: Graph): VizLegendOptionsBuilder =>
  width < 12
    ? new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([])
    : new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .showLegend(true)
        .calcs(["lastNotNull", "max"]);

function statPanel(panel: Stat, frame: Frame): StatBuilder {
  const judged = panel.bounds !== undefined || panel.texts !== undefined;
  const builder = framed(new StatBuilder(), panel, frame)
    .unit(panel.unit)
    .thresholds(thresholds(panel.bounds))
    .mappings(panel.texts === undefined ? [] : mappings(panel.texts))
    .noValue(panel.otherwise)
    .colorMode(judged ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(panel.sparkline ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .textMode(textMode(panel))
    .reduceOptions(newest());
  for (const [index, query] of panel.queries.entries()) {
    // Asked for the end alone, a value that is no longer there is not shown; a trend needs the time before.
    builder.withTarget(target(query, index, panel.sparkline ? "range" : "instant"));
  }
  return builder;
}

function textMode({ named, queries }: Stat): BigValueTextMode {
  if (named) return BigValueTextMode.Name;
  // A single number is named by the panel's title.
  return queries.length === 1 && !queries[0]?.legend.includes("{{")
    ? BigValueTextMode.Value
    : BigValueTextMode.ValueAndName;
}

function barsPanel(panel: Bars, frame: Frame): BarsBuilder {
  const builder = framed(new BarsBuilder(), panel, frame)
    .unit(panel.unit)
    .thresholds(thresholds(panel.bounds))
    .min(0)
    .displayMode(BarGaugeDisplayMode.Gradient)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(newest());
  if (panel.max !== undefined) builder.max(panel.max);
  for (const [index, query] of panel.queries.entries()) builder.withTarget(target(query, index, "instant"));
  return builder;
}

function statesPanel(panel: States, frame: Frame): StatesBuilder {
  const builder = framed(new StatesBuilder(), panel, frame)
    .unit(panel.unit)
    .thresholds(thresholds())
    .mappings(mappings(panel.texts))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.9)
    .fillOpacity(80)
    .lineWidth(0);
  for (const [index, query] of panel.queries.entries()) builder.withTarget(target(query, index, "range"));
  return builder;
}

const newest = (): ReduceDataOptionsBuilder =>
  new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields("");
