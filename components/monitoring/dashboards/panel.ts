import type { Bounds } from "./levels.ts";
import type { DashboardName } from "./names.ts";

/** Grafana's identifiers; what follows `suffix:` stands behind the number. */
export type Unit =
  | "none"
  | "short"
  | "percentunit"
  | "s"
  | "dtdurations"
  | "d"
  | "dateTimeAsIso"
  | "dateTimeFromNow"
  | "bytes"
  | "binBps"
  | "string"
  | "suffix: /s";

/** How often a metric comes: shorter steps would ask for what is not there. */
export type Step = "5s" | "15s" | "1m";

/** What a value is called, instead of being shown. */
export interface Text {
  readonly text: string;
  readonly color: Color;
}
export type Color = "green" | "yellow" | "orange" | "red" | "blue" | "purple" | "gray";
export type Texts = Readonly<Record<number, Text>>;

export interface Query {
  readonly expr: string;
  /** Grafana's own pattern, with labels in double braces. */
  readonly legend: string;
  /** Every 5 seconds by default. */
  readonly step?: Step;
  /** Why a healthy cluster may have nothing to show here. */
  readonly mayBeEmpty?: string;
}

interface Shown {
  readonly title: string;
  /** Of the 24 columns of the grid. */
  readonly width: number;
  readonly unit: Unit;
  /** A sentence, where the title does not say it all. */
  readonly description?: string;
  readonly queries: readonly Query[];
  readonly bounds?: Bounds;
  readonly decimals?: number;
  /** The dashboard with more of it. */
  readonly more?: DashboardName;
}

export interface Graph extends Shown {
  readonly kind: "graph";
  readonly stacked?: true;
  /** The top of the axis, where values cannot exceed it. */
  readonly max?: number;
  /** For values that are thousands apart. */
  readonly logarithmic?: true;
  /** Lines that stay until the next value, for what is known only from time to time. */
  readonly steps?: true;
}

export interface Stat extends Shown {
  readonly kind: "stat";
  /** The series' name rather than its value. */
  readonly named?: true;
  readonly sparkline?: true;
  readonly texts?: Texts;
  /** Shown in the place of a value that is not there. */
  readonly otherwise: string;
}

export interface Bars extends Shown {
  readonly kind: "bars";
  readonly max?: number;
}

export interface States extends Shown {
  readonly kind: "states";
  readonly texts: Texts;
}

/** A column of a table: a query that has one series for each row. */
export interface Column extends Omit<Query, "legend"> {
  readonly name: string;
  readonly unit: Unit;
  readonly bounds?: Bounds;
  readonly texts?: Texts;
  readonly decimals?: number;
}

export interface Table extends Omit<Shown, "queries" | "unit" | "bounds"> {
  readonly kind: "table";
  /** What names a row: labels, with the names of their columns. Several queries must have these and no others. */
  readonly labels: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** The column by which rows are sorted, from the greatest value. */
  readonly sortBy?: string;
}

export type Panel = Graph | Stat | Bars | States | Table;

/** Panels of one height below a heading, from left to right and on in the next line. */
export interface Section {
  readonly title: string;
  readonly height: number;
  readonly panels: readonly Panel[];
}

export type VariableName = "host" | "datname";

/** One dashboard as plain data: what it asks can be known without what draws it. */
export interface Dashboard {
  readonly name: DashboardName;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  /** The range of time that it opens with, like now-1h. */
  readonly from: string;
  readonly refresh: "10s" | "1m";
  readonly sections: readonly Section[];
}

export interface Variable {
  readonly name: VariableName;
  readonly label: string;
  /** The series whose label is offered. */
  readonly series: string;
  readonly from: "instance" | "datname";
}

type Made<P extends Panel> = Omit<P, "kind">;

export const graph = (made: Made<Graph>): Graph => ({ kind: "graph", ...made });
export const stat = (made: Made<Stat>): Stat => ({ kind: "stat", ...made });
export const bars = (made: Made<Bars>): Bars => ({ kind: "bars", ...made });
export const states = (made: Made<States>): States => ({ kind: "states", ...made });
export const table = (made: Made<Table>): Table => ({ kind: "table", ...made });

export const query = (expr: string, legend: string, more: Omit<Query, "expr" | "legend"> = {}): Query => ({
  expr,
  legend,
  ...more,
});

/** The queries of a panel, whatever its kind. */
export const queriesOf = (panel: Panel): readonly Omit<Query, "legend">[] =>
  panel.kind === "table" ? panel.columns : panel.queries;
