interface Palette {
  readonly ground: string;
  readonly card: string;
  readonly edge: string;
  readonly text: string;
  readonly muted: string;
  /** One for each way to prove who one is. */
  readonly kinds: readonly string[];
}

const LIGHT: Palette = {
  ground: "#ffffff",
  card: "#f6f8fa",
  edge: "#d1d9e0",
  text: "#1f2328",
  muted: "#59636e",
  kinds: ["#0969da", "#1a7f37", "#8250df", "#bc4c00", "#bf3989", "#59636e"],
};

const DARK: Palette = {
  ground: "#0d1117",
  card: "#151b23",
  edge: "#3d444d",
  text: "#f0f6fc",
  muted: "#9198a1",
  kinds: ["#4493f8", "#3fb950", "#ab7df8", "#f0883e", "#f778ba", "#9198a1"],
};

/** Told apart by their dashes as well, for eyes and printers that do not see the colours. */
const DASHES = ["none", "8 4", "3 3", "10 3 3 3", "5 2", "2 5"];

/** The class of the n-th way to prove who one is. */
export const kindClass = (index: number): string => `k${index % LIGHT.kinds.length}`;

const colours = (palette: Palette): string =>
  [
    `.ground { fill: ${palette.ground}; stroke: ${palette.edge}; }`,
    `.card { fill: ${palette.card}; stroke: ${palette.edge}; }`,
    `.host, .chip { fill: ${palette.ground}; }`,
    `.host { stroke: ${palette.edge}; }`,
    `text { fill: ${palette.text}; }`,
    `.muted { fill: ${palette.muted}; }`,
    `.line.plain { stroke: ${palette.muted}; }`,
    `.head.plain { fill: ${palette.muted}; }`,
    ...palette.kinds.flatMap((colour, index) => [
      `.line.${kindClass(index)}, .chip.${kindClass(index)} { stroke: ${colour}; }`,
      `.head.${kindClass(index)}, text.${kindClass(index)} { fill: ${colour}; }`,
    ]),
  ].join("\n");

/** The same picture for both kinds of pages: pure. */
export const TOPOLOGY_STYLE = `
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.title { font-size: 15px; font-weight: 600; }
.name, .port { font-weight: 600; }
.line { fill: none; stroke-width: 1.75; }
.chip { stroke-width: 1.5; }
${DASHES.map((dashes, index) => `.line.${kindClass(index)} { stroke-dasharray: ${dashes}; }`).join("\n")}
${colours(LIGHT)}
@media (prefers-color-scheme: dark) {
${colours(DARK)}
}
`;
