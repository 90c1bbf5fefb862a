import { UserError } from "../report.ts";
import { picture } from "./svg.ts";

/** As wide as the page is at most. */
export const PICTURE_WIDTH = 1100;

const XHTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";

/** The page of the cluster's state as a picture that is text: the page itself inside SVG, with its style, which loads nothing. Pure. */
export function renderStatusPicture(html: string, height: number): string {
  const style = partOf(html, "style");
  const title = partOf(html, "title");
  // Plots are SVG to a reader of HTML by their name alone, and to one of XML by their namespace.
  const body = partOf(html, "body").replaceAll("<svg ", `<svg xmlns="${SVG}" `);
  const page = `<foreignObject width="${PICTURE_WIDTH}" height="${height}"><body xmlns="${XHTML}">${body}</body></foreignObject>`;
  const description = "Alerts, members, the last hour, backups, jobs and hosts of the cluster.";
  return picture(PICTURE_WIDTH, height, { title, description, style }, [page]);
}

function partOf(html: string, name: string): string {
  const found = new RegExp(`<${name}>(.*)</${name}>`, "s").exec(html)?.[1];
  if (found === undefined) {
    throw new UserError(
      `this is no page of a cluster's state: it has no <${name}>`,
      "fetch it from Prometheus, as the user and with the password that ./holdfast monitoring --password shows",
    );
  }
  if (found.includes("{{")) {
    throw new UserError(
      "this is the template of the page, and not the page",
      "fetch it from Prometheus, which fills it in, at /consoles/status.html",
    );
  }
  return found;
}
