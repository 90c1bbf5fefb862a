import { writeFile } from "node:fs/promises";
import { report } from "../report.ts";
import { readStack } from "../stack/outputs.ts";
import { Restores } from "../stack/restores.ts";

export interface ReportOptions {
  readonly stack: string;
  readonly month?: string;
  readonly html?: string;
}

/** The report of a month's backups, as Markdown; with a file, as a page with plots there, too. */
export async function backupReport({ stack, month, html }: ReportOptions): Promise<void> {
  const made = await Restores.with(await readStack(stack), (restores) => restores.report(month));
  process.stdout.write(made.markdown);
  if (html !== undefined) {
    await writeFile(html, made.html);
    report(`the page with its plots is in ${html}`);
  }
}
