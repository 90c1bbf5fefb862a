import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { clusterFiles, unknownFiles } from "../../components/files.ts";
import { dashboardsOf } from "../../components/monitoring/grafana/draw.ts";
import { AGENT } from "../../components/remote/agent-file.ts";
import type { ManagedFile } from "../../components/remote/managed-file.ts";
import { UserError } from "../report.ts";
import { type PlannedStack, planStack } from "../stack/configuration.ts";

export interface RenderOptions {
  readonly stack: string;
  readonly out?: string;
  readonly json?: true;
}

export interface RenderedFile extends ManagedFile {
  readonly host: string;
}

/** Every file of every host, without an engine, a state or a host. */
export async function render({ stack, out, json }: RenderOptions): Promise<void> {
  const planned = await planStack(stack);
  const files = await renderedFiles(planned);
  if (json) {
    process.stdout.write(`${JSON.stringify(files, null, 2)}\n`);
  } else if (out === undefined) {
    process.stdout.write(filesAsText(files));
    process.stderr.write(notRendered(planned));
  } else {
    await writeFiles(resolve(out), files);
    const hosts = new Set(files.map(({ host }) => host)).size;
    process.stdout.write(`${files.length} files of ${hosts} hosts are in ${out}\n`);
    process.stderr.write(notRendered(planned));
  }
}

/** Host by host, each host's files by their path. */
export async function renderedFiles({ plan, container }: PlannedStack): Promise<readonly RenderedFile[]> {
  const dashboards = await dashboardsOf(plan);
  return [...clusterFiles(plan, { container, dashboards })].flatMap(([host, files]) =>
    [AGENT, ...files]
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, owner, mode, content }) => ({ host, path, owner, mode, content })),
  );
}

/** One file after the other, each below a line that says what it is: pure. */
export const filesAsText = (files: readonly RenderedFile[]): string =>
  files
    .map(({ host, path, owner, mode, content }) => `==> ${host} ${path} ${owner} ${mode} <==\n${content}`)
    .join("\n");

/** What nobody knows before the cluster is made, a path a line with its hosts: pure. */
export function notRendered({ plan }: Pick<PlannedStack, "plan">): string {
  const hosts = new Map<string, string[]>();
  for (const [host, paths] of unknownFiles(plan)) {
    for (const path of paths) {
      hosts.set(path, [...(hosts.get(path) ?? []), host]);
    }
  }
  const lines = [...hosts].map(([path, names]) => `  ${path} (${names.join(", ")})\n`);
  return `not rendered, since keys, certificates and passwords are made with the cluster:\n${lines.join("")}`;
}

/** Beside the hosts' folders: the list of what render wrote there, and so of what it may take away again. */
const MARK = ".holdfast-render";

async function writeFiles(folder: string, files: readonly RenderedFile[]): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UserError(`${folder} is no folder`, "name another one with --out", { cause: error });
  });
  for (const path of await earlierFiles(folder)) {
    await rm(join(folder, path), { force: true });
  }
  await removeEmptyFolders(folder);
  // Before the files: what an interruption leaves is known as render's, too.
  await writeFile(join(folder, MARK), files.map(({ host, path }) => `${host}${path}\n`).join(""));
  for (const { host, path, mode, content } of files) {
    const target = join(folder, host, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    // Not as an option of writing, of which the umask takes away.
    await chmod(target, Number.parseInt(mode, 8));
  }
}

/** The files of an earlier render in a folder; refuses one that holds anything else. */
async function earlierFiles(folder: string): Promise<readonly string[]> {
  const mark = join(folder, MARK);
  const known = existsSync(mark) ? (await readFile(mark, "utf8")).split("\n").filter(Boolean) : [];
  const present = (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const foreign = present.filter((path) => path !== MARK && !known.includes(path));
  if (foreign.length > 0) {
    throw new UserError(
      `${folder} holds what render did not write: ${foreign.slice(0, 3).join(", ")}${foreign.length > 3 ? ", …" : ""}`,
      "name an empty or a new folder with --out",
    );
  }
  return present;
}

async function removeEmptyFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await removeEmptyFolders(join(folder, entry.name));
      // Not recursive, so that it can only take what is empty.
      await rmdir(join(folder, entry.name));
    }
  }
}
