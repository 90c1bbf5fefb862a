import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { type Annotation, alertsFiring, leaderChanged } from "./annotations.ts";
import { definitions } from "./definitions.ts";
import type { DashboardFacts } from "./facts.ts";
import { grafanaPanel } from "./grafana-panels.ts";
import { layout } from "./layout.ts";
import { DATA_SOURCE, TAG, uidOf } from "./names.ts";
import type { Dashboard, Variable } from "./panel.ts";

/**
 * Grafana's own files: file name and JSON. Its SDK takes some tenths of a second to load, which only a cluster with Grafana
 * should pay: import this file where it is needed.
 */
export const renderDashboards = (facts: DashboardFacts): ReadonlyMap<string, string> =>
  new Map(
    definitions(facts).map((dashboard) => [
      `${uidOf(dashboard.name)}.json`,
      `${JSON.stringify(builderOf(dashboard).build(), null, 2)}\n`,
    ]),
  );

function builderOf(dashboard: Dashboard): DashboardBuilder {
  const builder = new DashboardBuilder(dashboard.title)
    .uid(uidOf(dashboard.name))
    .description(dashboard.description)
    .tags([TAG])
    .timezone("browser")
    .time({ from: dashboard.from, to: "now" })
    .refresh(dashboard.refresh)
    // Grafana puts the file's text back in place at its next look anyway.
    .readonly()
    // One moment is pointed at in all graphs at once.
    .tooltip(DashboardCursorSync.Crosshair)
    .links([otherDashboards])
    .variables(dashboard.variables.map(variable))
    .annotations([alertsFiring, leaderChanged].map(annotation));
  for (const [index, { at, shown }] of layout(dashboard.sections).entries()) {
    const id = index + 1;
    if ("panel" in shown) builder.withPanel(grafanaPanel(shown.panel, { id, at }));
    else builder.withRow(new RowBuilder(shown.heading).id(id).gridPos(at));
  }
  return builder;
}

const otherDashboards = {
  build: (): DashboardLink => {
    // By default the SDK puts links into a menu, out of sight.
    const { placement: _, ...link } = new DashboardLinkBuilder("Dashboards")
      .type(DashboardLinkType.Dashboards)
      .tags([TAG])
      .asDropdown(false)
      .includeVars(true)
      .keepTime(true)
      .build();
    return link;
  },
};

const variable = ({ name, label, series, from }: Variable): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(`label_values(${series}, ${from})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ selected: true, text: ["All"], value: ["$__all"] });

const annotation = ({ title, expr, heading, text, color }: Annotation): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name(title)
    .datasource(DATA_SOURCE)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step("15s")
    .titleFormat(heading)
    .textFormat(text);
