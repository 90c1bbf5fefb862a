import type { Panel, Section } from "./panel.ts";

const COLUMNS = 24;
const HEADING_HEIGHT = 1;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
export interface Placed {
  readonly at: Place;
  /** A heading, or a panel below it. */
  readonly shown: { readonly heading: string } | { readonly panel: Panel };
}

/** Where everything of a dashboard is: from left to right, and below that when a line is full. */
export function layout(sections: readonly Section[]): readonly Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const { title, height, panels } of sections) {
    placed.push({ shown: { heading: title }, at: { x: 0, y, w: COLUMNS, h: HEADING_HEIGHT } });
    y += HEADING_HEIGHT;
    let x = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) {
        x = 0;
        y += height;
      }
      placed.push({ shown: { panel }, at: { x, y, w: panel.width, h: height } });
      x += panel.width;
    }
    y += height;
  }
  return placed;
}
