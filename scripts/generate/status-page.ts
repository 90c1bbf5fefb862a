/**
 * Prints a page of a cluster's state, as Prometheus serves it, as the README's picture. By hand, when the page looks different:
 *
 *     npx tsx scripts/generate/status-page.ts PAGE.html > docs/status-page.svg
 *
 * A browser says how high the page is, which nobody else knows.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { runTop } from "../cli/run.ts";
import { messageOf, UserError } from "../report.ts";
import { PICTURE_WIDTH, renderStatusPicture } from "./status-picture.ts";

/** It writes the height in place of the title; the page's policy would not let it. */
const MEASURE =
  "<script>document.title = Math.ceil(document.body.getBoundingClientRect().height)</script></body>";

async function heightOf(html: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-picture-"));
  try {
    const file = join(folder, "page.html");
    await writeFile(file, html.replace(/<meta http-equiv[^>]*>/g, "").replace("</body>", MEASURE));
    const options = [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--dump-dom"],
      ...[`--user-data-dir=${join(folder, "profile")}`, `--window-size=${PICTURE_WIDTH},1000`],
    ];
    const { stdout } = await execa("chromium", [...options, pathToFileURL(file).href], { timeout: 60_000 });
    const height = /<title>(\d+)<\/title>/.exec(stdout)?.[1];
    if (height === undefined) throw new Error("it shows no title");
    return Number(height);
  } catch (error) {
    throw new UserError(
      `chromium does not say how high the page is: ${messageOf(error)}`,
      "install it (apt-get install chromium) and try again",
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await runTop(async () => {
  const [path] = process.argv.slice(2);
  if (path === undefined) {
    throw new UserError("no page is named", "name the file that the page was saved to");
  }
  const html = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UserError(
      `the page cannot be read: ${messageOf(error)}`,
      "name the file that it was saved to",
      {
        cause: error,
      },
    );
  });
  // Before a browser is asked about what is no page.
  renderStatusPicture(html, 0);
  process.stdout.write(renderStatusPicture(html, await heightOf(html)));
});
