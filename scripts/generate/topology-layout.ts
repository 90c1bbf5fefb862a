import type { Flow, HostPlan, Party } from "../../components/model.ts";
import { widthOf, wrap } from "./svg.ts";

export interface Pictured {
  readonly hosts: readonly Pick<HostPlan, "name" | "role" | "zone">[];
  readonly flows: readonly Flow[];
}

/** From left to right, as a query travels; the administrators are a bar above all of them. */
export const COLUMNS = ["clients", "proxy", "database", "operations"] as const satisfies readonly Party[];
export type Column = (typeof COLUMNS)[number];

export const TITLES: Record<Column, string> = {
  clients: "Clients",
  proxy: "Proxies",
  database: "Database hosts",
  operations: "Operations",
};
export const SUBTITLES: Record<Column, string> = {
  clients: "applications",
  proxy: "PgBouncer, HAProxy",
  database: "PostgreSQL, Patroni, etcd",
  operations: "watches the others",
};

export const MARGIN = 18;
export const PADDING = 12;
export const TEXT = 12;
export const LINE = 15;
export const CHIP = { width: 40, height: 18 };
export const HOST = 28;
export const ROW = 24;
/** From a column's edge to the text beside the administrators' arrow. */
export const BESIDE = 30;
/** Characters of a line of a label between two columns; the columns stand as far apart as these take. */
const LABEL = 17;

export interface Place {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

const PARTIES: readonly Party[] = COLUMNS;
export const columnOf = (party: Party): number => PARTIES.indexOf(party);

/** How many columns a flow goes on; 0 is among the hosts of one column. The administrators are in none. */
export const distance = (flow: Flow): number =>
  flow.from === "administrators" ? 0 : Math.abs(columnOf(flow.from) - columnOf(flow.to));

/** Flows between a column and the next one, in both directions. */
export const between = (flows: readonly Flow[], column: number): readonly Flow[] =>
  flows.filter((flow) => distance(flow) === 1 && Math.min(columnOf(flow.from), columnOf(flow.to)) === column);

export const among = (flows: readonly Flow[], column: Column): readonly Flow[] =>
  flows.filter((flow) => flow.from === column && flow.to === column);

/** Flows of the same two ends, which share one arrow. */
export function groups(flows: readonly Flow[]): readonly (readonly Flow[])[] {
  const byEnds = new Map<string, Flow[]>();
  for (const flow of flows) {
    const ends = `${flow.from} ${flow.to}`;
    byEnds.set(ends, [...(byEnds.get(ends) ?? []), flow]);
  }
  return [...byEnds.values()];
}

export const rowsHeight = (all: readonly (readonly Flow[])[]): number =>
  Math.max(1, ...all.map((group) => group.length)) * ROW;

export const labelLines = (flow: Flow): readonly string[] => wrap(flow.purpose, LABEL);
export const arrowHeight = (flow: Flow): number => labelLines(flow).length * LINE + 27;
export const gapHeight = (flows: readonly Flow[]): number =>
  flows.reduce((sum, flow) => sum + arrowHeight(flow), PADDING);
export const gapHeights = (flows: readonly Flow[]): number[] =>
  COLUMNS.slice(1).map((_, index) => gapHeight(between(flows, index)));

export const hostsIn = (topology: Pictured, column: Column) =>
  topology.hosts.filter((host) => host.role === column);

const rowWidth = (flow: Flow): number => CHIP.width + 8 + widthOf(flow.purpose, TEXT);

export function contentHeight(topology: Pictured, column: Column): number {
  const inner = among(topology.flows, column).length;
  return 56 + hostsIn(topology, column).length * HOST + (inner > 0 ? 34 + inner * ROW : 0) + PADDING;
}

export function placeColumns(topology: Pictured, top: number, bottom: number): Record<Column, Place> {
  const places: Partial<Record<Column, Place>> = {};
  let x = MARGIN;
  for (const [index, column] of COLUMNS.entries()) {
    const texts = [
      widthOf(TITLES[column], 15),
      widthOf(SUBTITLES[column], TEXT),
      ...hostsIn(topology, column).map((host) => widthOf(`${host.name}   zone ${host.zone}`, TEXT) + 20),
      ...among(topology.flows, column).map(rowWidth),
      // The administrators' arrow into it, with what is written beside that.
      ...topology.flows
        .filter((flow) => flow.from === "administrators" && flow.to === column)
        .map((flow) => rowWidth(flow) + BESIDE - PADDING),
    ];
    const width = Math.max(...texts) + 2 * PADDING;
    places[column] = { x, width, top, bottom };
    const labels = between(topology.flows, index).flatMap(labelLines);
    x += width + Math.max(0, ...labels.map((line) => widthOf(line, TEXT))) + 20;
  }
  // The loop above went through all of them.
  return places as Record<Column, Place>;
}
