import type { Flow } from "../../components/model.ts";
import { arrow, box, label, type Point, picture, widthOf } from "./svg.ts";
import {
  among,
  arrowHeight,
  BESIDE,
  between,
  CHIP,
  COLUMNS,
  type Column,
  columnOf,
  contentHeight,
  distance,
  gapHeight,
  gapHeights,
  groups,
  HOST,
  hostsIn,
  LINE,
  labelLines,
  MARGIN,
  PADDING,
  type Pictured,
  type Place,
  placeColumns,
  ROW,
  rowsHeight,
  SUBTITLES,
  TEXT,
  TITLES,
} from "./topology-layout.ts";
import { kindClass, TOPOLOGY_STYLE } from "./topology-style.ts";

/** The topology as a picture, from the table that firewalls and pg_hba.conf are made from: pure, the same each time. */
export function renderTopologySvg(drawn: Pictured): string {
  // A balancer stands with the clients that it leads to the proxies.
  const flows = drawn.flows.map((flow) =>
    flow.from === "balancer" ? { ...flow, from: "clients" as const } : flow,
  );
  const topology = { ...drawn, flows };
  const kinds = [...new Set(flows.map((flow) => flow.authentication))];
  const kind = (flow: Flow) => kindClass(kinds.indexOf(flow.authentication));

  const fromAdministrators = groups(flows.filter((flow) => flow.from === "administrators"));
  const top = MARGIN + 34 + rowsHeight(fromAdministrators) + 16;
  const bottom =
    top + Math.max(...COLUMNS.map((column) => contentHeight(topology, column)), ...gapHeights(flows));
  const places = placeColumns(topology, top, bottom);
  const right = places.operations.x + places.operations.width;

  const below = groups(flows.filter((flow) => distance(flow) > 1));
  let lane = bottom;
  const lanes = below.map((group, index) => {
    lane += group.length * ROW + 16;
    return drawLane(group, places, lane, index, kind);
  });
  const legend = lane + 34;
  const kindLines = legendLines(kinds, right);
  const end = legend + (kindLines.length - 1) * ROW;
  const parts = [
    box(0.5, 0.5, right + MARGIN - 1, end + 17, "ground", 10),
    drawAdministrators(fromAdministrators, places, kind),
    ...COLUMNS.map((column) => drawColumn(topology, column, places[column], kind)),
    ...COLUMNS.slice(1).map((column, index) =>
      drawGap(between(flows, index), places[COLUMNS[index] ?? "clients"], places[column], kind),
    ),
    ...lanes,
    drawLegend(kindLines, legend),
  ];
  return picture(
    right + MARGIN,
    end + 18,
    {
      title: "Who talks to whom",
      description: flows
        .map(
          (flow) =>
            `${flow.from} to ${flow.to}, port ${flow.port}: ${flow.purpose} (${flow.authentication}).`,
        )
        .join(" "),
      style: TOPOLOGY_STYLE,
    },
    parts,
  );
}

/** The arrow before a kind, with the space behind it. */
const LEGEND_ARROW = 52;

type Kind = (flow: Flow) => string;

const chip = (x: number, y: number, port: number, kind: string): string =>
  box(x, y - CHIP.height / 2, CHIP.width, CHIP.height, `chip ${kind}`, 5) +
  label(x + CHIP.width / 2, y + 4, String(port), `port ${kind}`, "middle");

/** A port and what it is for, in one line. */
const row = (x: number, y: number, flow: Flow, kind: Kind): string =>
  chip(x, y, flow.port, kind(flow)) + label(x + CHIP.width + 8, y + 4, flow.purpose, "");

function drawColumn(
  topology: Pictured,
  column: Column,
  { x, width, top, bottom }: Place,
  kind: Kind,
): string {
  const left = x + PADDING;
  const hosts = hostsIn(topology, column).map((host, index) => {
    const y = top + 56 + index * HOST;
    return [
      box(left, y, width - 2 * PADDING, HOST - 6, "host", 5),
      label(left + 8, y + 15, host.name, "name"),
      label(x + width - PADDING - 8, y + 15, `zone ${host.zone}`, "muted", "end"),
    ].join("");
  });
  const inner = among(topology.flows, column);
  const start = top + 56 + hosts.length * HOST + 22;
  return [
    box(x, top, width, bottom - top, "card"),
    label(left, top + 26, TITLES[column], "title"),
    label(left, top + 43, SUBTITLES[column], "muted"),
    ...hosts,
    ...(inner.length > 0 ? [label(left, start, "among themselves", "muted")] : []),
    ...inner.map((flow, index) => row(left, start + 20 + index * ROW, flow, kind)),
  ].join("\n");
}

/** An arrow a flow, with its purpose above it and its port where it ends. */
function drawGap(flows: readonly Flow[], left: Place, right: Place, kind: Kind): string {
  const [from, to] = [left.x + left.width, right.x];
  let y = left.top + (left.bottom - left.top - gapHeight(flows)) / 2 + PADDING / 2;
  return flows
    .map((flow) => {
      const lines = labelLines(flow);
      const line = y + lines.length * LINE + 7;
      const rightwards = columnOf(flow.from) < columnOf(flow.to);
      // The port is the tab of the box that listens.
      const points: readonly Point[] = rightwards
        ? [
            [from, line],
            [to - CHIP.width, line],
          ]
        : [
            [to, line],
            [from + CHIP.width, line],
          ];
      const drawn = [
        ...lines.map((text, index) => label((from + to) / 2, y + 8 + index * LINE, text, "", "middle")),
        arrow(points, kind(flow)),
        chip(rightwards ? to - CHIP.width : from, line, flow.port, kind(flow)),
      ];
      y += arrowHeight(flow);
      return drawn.join("");
    })
    .join("\n");
}

/** An arrow into each column that they reach, with its ports and purposes beside it. */
function drawAdministrators(
  all: readonly (readonly Flow[])[],
  places: Record<Column, Place>,
  kind: Kind,
): string {
  const reached = all.flatMap((group) => group.slice(0, 1).map((flow) => places[flow.to]));
  const x = Math.min(...reached.map((place) => place.x));
  const width = Math.max(...reached.map((place) => place.x + place.width)) - x;
  return [
    box(x, MARGIN, width, 34, "card"),
    label(x + PADDING, MARGIN + 22, "Administrators", "title"),
    ...all.map((group, index) => {
      const place = reached[index] ?? places.clients;
      const line = place.x + BESIDE - 12;
      return [
        arrow(
          [
            [line, MARGIN + 34],
            [line, place.top],
          ],
          sharedKind(group, kind),
        ),
        ...group.map((flow, number) => row(place.x + BESIDE, MARGIN + 34 + 20 + number * ROW, flow, kind)),
      ].join("");
    }),
  ].join("\n");
}

/** Below the columns, from one to another that is not beside it. */
function drawLane(
  group: readonly Flow[],
  places: Record<Column, Place>,
  lane: number,
  index: number,
  kind: Kind,
): string {
  const [first] = group;
  if (first === undefined || first.from === "administrators" || first.from === "balancer") return "";
  const middleOf = ({ x, width }: Place) => x + width / 2 + index * 16;
  const [source, target] = [places[first.from], places[first.to]];
  const [from, to] = [middleOf(source), middleOf(target)];
  // Beside its own line, where no other lane comes through.
  const left = Math.min(from, to) + 14;
  return [
    arrow(
      [
        [from, source.bottom],
        [from, lane],
        [to, lane],
        [to, target.bottom],
      ],
      sharedKind(group, kind),
    ),
    ...group.map((flow, number) => row(left, lane - 15 - (group.length - 1 - number) * ROW, flow, kind)),
  ].join("");
}

/** Of an arrow that several flows share: theirs, or a plain one where they differ. */
function sharedKind(group: readonly Flow[], kind: Kind): string {
  const [first, ...others] = [...new Set(group.map(kind))];
  return first === undefined || others.length > 0 ? "plain" : first;
}

/** Kinds in lines that end before the right edge. */
function legendLines(kinds: readonly string[], right: number): readonly (readonly string[])[] {
  const lines: string[][] = [[]];
  let x = MARGIN;
  for (const kind of kinds) {
    const width = LEGEND_ARROW + widthOf(kind, TEXT);
    if (x > MARGIN && x + width > right) {
      lines.push([]);
      x = MARGIN;
    }
    lines.at(-1)?.push(kind);
    x += width + 24;
  }
  return lines;
}

function drawLegend(lines: readonly (readonly string[])[], top: number): string {
  const kinds = lines.flat();
  return lines
    .flatMap((line, row) => {
      const y = top + row * ROW;
      let x = MARGIN;
      return line.map((text) => {
        const entry =
          arrow(
            [
              [x, y - 4],
              [x + 44, y - 4],
            ],
            kindClass(kinds.indexOf(text)),
          ) + label(x + LEGEND_ARROW, y, text, "muted");
        x += LEGEND_ARROW + widthOf(text, TEXT) + 24;
        return entry;
      });
    })
    .join("\n");
}
