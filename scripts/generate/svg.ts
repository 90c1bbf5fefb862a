/**
 * The few shapes that a picture is drawn of, as SVG text: pure. Widths are estimated, since nobody knows which font a
 * viewer has; the estimate is that of a wide one, so that text has room in any.
 */

const WIDTH_OF_EM = 0.54;

export const widthOf = (text: string, size: number): number => Math.ceil(text.length * size * WIDTH_OF_EM);

/** Words in lines of at most so many characters; a longer word stays whole. */
export function wrap(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= characters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export const label = (
  x: number,
  y: number,
  content: string,
  classes: string,
  anchor: "start" | "middle" | "end" = "start",
): string => `<text x="${x}" y="${y}" class="${classes}" text-anchor="${anchor}">${escaped(content)}</text>`;

export const box = (
  x: number,
  y: number,
  width: number,
  height: number,
  classes: string,
  radius = 8,
): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" class="${classes}"/>`;

export type Point = readonly [x: number, y: number];

const HEAD = 8;

/** A line through these points, which are joined at right angles, with its head at the last one. */
export function arrow(points: readonly Point[], classes: string): string {
  const [x, y] = points.at(-1) ?? [0, 0];
  const [fromX, fromY] = points.at(-2) ?? [x, y];
  const [dx, dy] = [Math.sign(x - fromX), Math.sign(y - fromY)];
  // The line ends inside the head, whose point it would blunt.
  const body = [...points.slice(0, -1), [x - dx * HEAD, y - dy * HEAD]];
  const head = [
    [x, y],
    [x - dx * HEAD - dy * 4, y - dy * HEAD - dx * 4],
    [x - dx * HEAD + dy * 4, y - dy * HEAD + dx * 4],
  ];
  const list = (all: readonly (readonly number[])[]) => all.map((point) => point.join(",")).join(" ");
  return `<polyline points="${list(body)}" class="line ${classes}"/><polygon points="${list(head)}" class="head ${classes}"/>`;
}

/** A whole picture on a ground of its own: it is shown on pages whose colour nobody knows. */
export const picture = (
  width: number,
  height: number,
  { title, description, style }: { title: string; description: string; style: string },
  parts: readonly string[],
): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>
${style.trim()}
</style>
${parts.join("\n")}
</svg>
`;
