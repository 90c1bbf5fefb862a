import { describe, expect, test } from "vitest";
import { z } from "zod";
import { renderDashboards } from "../../../../components/monitoring/dashboards/dashboards.ts";
import { definitions } from "../../../../components/monitoring/dashboards/definitions.ts";
import { DASHBOARDS, uidOf } from "../../../../components/monitoring/dashboards/names.ts";
import { queriesOf } from "../../../../components/monitoring/dashboards/panel.ts";
import { FACTS } from "../../../support/dashboard-facts.ts";

const SOURCE = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("holdfast-prometheus") });
const LINK = z.object({ title: z.string(), type: z.string(), url: z.string().optional() });
const PLACE = z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });

/** What Grafana must find in every panel but headings. */
const PANEL = z.object({
  id: z.number(),
  type: z.enum(["timeseries", "stat", "bargauge", "state-timeline", "table"]),
  title: z.string().min(3),
  datasource: SOURCE,
  gridPos: PLACE,
  links: z.array(LINK).default([]),
  fieldConfig: z.object({
    defaults: z.object({
      unit: z.string().min(1),
      mappings: z.array(z.unknown()).optional(),
      thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable(), color: z.string() })) }),
    }),
    overrides: z.array(
      z.object({
        matcher: z.object({ options: z.string() }),
        properties: z.array(z.object({ id: z.string(), value: z.unknown() })),
      }),
    ),
  }),
  targets: z
    .array(
      z.object({
        refId: z.string(),
        expr: z.string().min(1),
        legendFormat: z.string(),
        datasource: SOURCE,
        interval: z.enum(["5s", "15s", "1m"]),
        instant: z.boolean(),
      }),
    )
    .min(1),
  transformations: z
    .array(z.object({ id: z.string(), options: z.record(z.string(), z.unknown()) }))
    .default([]),
});
const ROW = z.object({
  id: z.number(),
  type: z.literal("row"),
  title: z.string().min(3),
  gridPos: PLACE,
  panels: z.array(z.unknown()).max(0),
});
const DASHBOARD = z.object({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  editable: z.literal(false),
  panels: z.array(z.union([ROW, PANEL])),
  links: z.array(z.object({ type: z.string(), tags: z.array(z.string()), placement: z.string().optional() })),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), query: z.string(), datasource: SOURCE })),
  }),
  annotations: z.object({
    list: z.array(z.object({ expr: z.string(), enable: z.literal(true), datasource: SOURCE })),
  }),
});

const FILES = renderDashboards(FACTS);
const RENDERED = [...FILES].map(([file, text]) => ({ file, ...DASHBOARD.parse(JSON.parse(text)) }));
const panelsOf = (dashboard: (typeof RENDERED)[number]) =>
  dashboard.panels.flatMap((panel) => (panel.type === "row" ? [] : [panel]));

test("dashboards are the seven that there are to be, under addresses that stay", () => {
  expect(RENDERED.map(({ file, uid, title }) => [file, uid, title])).toEqual([
    ["holdfast-overview.json", "holdfast-overview", "Overview"],
    ["holdfast-replication.json", "holdfast-replication", "Replication"],
    ["holdfast-performance.json", "holdfast-performance", "Performance"],
    ["holdfast-capacity.json", "holdfast-capacity", "Capacity"],
    ["holdfast-backups.json", "holdfast-backups", "Backups"],
    ["holdfast-tasks.json", "holdfast-tasks", "Tasks"],
    ["holdfast-hosts.json", "holdfast-hosts", "Hosts"],
  ]);
});

test("the same facts give the same files", async () => {
  expect([...renderDashboards(structuredClone(FACTS))]).toEqual([...FILES]);
  await expect(FILES.get("holdfast-tasks.json")).toMatchFileSnapshot("../../../golden/dashboard-tasks.json");
});

describe.each(RENDERED.map((dashboard) => [dashboard.title, dashboard] as const))(
  "%s",
  (_title, dashboard) => {
    test("numbers and titles of panels are its own", () => {
      const ids = dashboard.panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const titles = dashboard.panels.map(({ title, type }) => `${type} ${title}`);
      expect(new Set(titles).size).toBe(titles.length);
    });

    test("panels are beside and below each other, without holes to the left", () => {
      const taken = new Set<string>();
      for (const { title, gridPos } of dashboard.panels) {
        expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(taken.has(`${x},${y}`), `${title} lies on another panel at ${x},${y}`).toBe(false);
            taken.add(`${x},${y}`);
          }
        }
      }
      for (const { gridPos } of dashboard.panels) {
        if (gridPos.x > 0) expect(taken.has(`${gridPos.x - 1},${gridPos.y}`)).toBe(true);
      }
    });

    test("panels are large enough to be read", () => {
      for (const { type, title, gridPos } of panelsOf(dashboard)) {
        const [width, height] = type === "stat" ? [3, 4] : [6, type === "table" ? 5 : 7];
        expect(gridPos.w, title).toBeGreaterThanOrEqual(width);
        expect(gridPos.h, title).toBeGreaterThanOrEqual(height);
      }
    });

    test("links lead to dashboards that there are", () => {
      expect(dashboard.links).toEqual([{ type: "dashboards", tags: ["holdfast"] }]);
      expect(dashboard.tags).toEqual(["holdfast"]);
      const known = DASHBOARDS.map((name) => `/d/${uidOf(name)}?\${__url_time_range}`);
      for (const { url } of panelsOf(dashboard).flatMap(({ links }) => links)) expect(known).toContain(url);
    });

    test("alerts that fire are marked", () => {
      expect(dashboard.annotations.list.map(({ expr }) => expr)).toContain(
        'ALERTS{alertstate="firing",severity!="none"}',
      );
    });

    test("asks what its definition says", () => {
      const defined = definitions(FACTS).find(({ title }) => title === dashboard.title);
      expect(
        panelsOf(dashboard).map(({ title, targets }) => [title, targets.map(({ expr }) => expr)]),
      ).toEqual(
        defined?.sections
          .flatMap(({ panels }) => panels)
          .map((panel) => [panel.title, queriesOf(panel).map(({ expr }) => expr)]),
      );
      expect(dashboard.templating.list.map(({ name }) => name)).toEqual(
        defined?.variables.map(({ name }) => name),
      );
    });

    test("a table's columns have units, and names for what Grafana calls Value #A", () => {
      for (const { type, title, fieldConfig, targets, transformations } of panelsOf(dashboard)) {
        if (type !== "table") continue;
        const named = z
          .record(z.string(), z.string())
          .parse(transformations.find(({ id }) => id === "organize")?.options["renameByName"]);
        const values = targets.map(({ refId }) => (targets.length === 1 ? "Value" : `Value #${refId}`));
        const columns = values.map((value) => named[value]);
        expect(
          fieldConfig.overrides.map(({ matcher }) => matcher.options),
          title,
        ).toEqual(columns);
        for (const { properties } of fieldConfig.overrides)
          expect(properties.map(({ id }) => id)).toContain("unit");
        expect(targets.every(({ instant }) => instant)).toBe(true);
      }
    });
  },
);

describe("colours", () => {
  const steps = (dashboard: string, title: string) =>
    RENDERED.filter((each) => each.title === dashboard)
      .flatMap(panelsOf)
      .find((panel) => panel.title === title)
      ?.fieldConfig.defaults.thresholds.steps.map(({ value, color }) => [value, color]);

  test("are red where somebody is woken, and yellow where an alert is for the day", () => {
    expect(steps("Overview", "Furthest behind")).toEqual([
      [null, "green"],
      [10, "yellow"],
      [60, "red"],
    ]);
    expect(steps("Overview", "Last backup")).toEqual([
      [null, "green"],
      [25 * 3600, "red"],
    ]);
    expect(steps("Overview", "Connections in use")).toEqual([
      [null, "green"],
      [0.8, "yellow"],
    ]);
  });

  test("turn the other way round where less is worse", () => {
    expect(steps("Overview", "Next certificate ends")).toEqual([
      [null, "red"],
      [7, "yellow"],
      [21, "green"],
    ]);
    expect(steps("Capacity", "Days until full")).toEqual([
      [null, "yellow"],
      [1, "green"],
    ]);
    expect(steps("Overview", "Streaming standbys")).toEqual([
      [null, "red"],
      [1, "yellow"],
      [2, "green"],
    ]);
  });
});

test("a number of now is asked for now: what was there an hour ago would look as if it were still", () => {
  for (const panel of RENDERED.flatMap(panelsOf)) {
    if (panel.type !== "stat" || panel.title === "Duration and its trend") continue;
    expect(
      panel.targets.every(({ instant }) => instant),
      panel.title,
    ).toBe(true);
  }
});

test("every job has a row, one that has never run, too", () => {
  const table = RENDERED.flatMap(panelsOf).find(({ title }) => title === "Every job");
  for (const { expr } of table?.targets ?? []) {
    for (const job of FACTS.jobs) expect(expr).toContain(`"job_name", "${job}"`);
  }
  expect(table?.targets).toHaveLength(6);
});
