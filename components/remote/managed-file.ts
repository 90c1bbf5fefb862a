import { withVariables } from "./shell.ts";

/** A file as it shall be on a host. The text ends in a newline; the path has neither spaces nor newlines. */
export interface ManagedFile {
  readonly path: string;
  /** "user:group", both known by name on the host. */
  readonly owner: string;
  /** Octal, as chmod reads it: "0640". */
  readonly mode: string;
  readonly content: string;
}

export const managedFile = (
  path: string,
  content: string,
  owner = "root:root",
  mode = "0644",
): ManagedFile => ({ path, owner, mode, content });

/** A script that others start by its path. */
export const program = (
  path: string,
  variables: Readonly<Record<string, string>>,
  text: string,
): ManagedFile => managedFile(path, `#!/bin/bash\n${withVariables(variables, text)}`, "root:root", "0755");

/**
 * Files as the text that the agent stages: a header line a file, then its lines behind two spaces, and "end". It stays
 * readable on purpose: `pulumi preview --diff` compares it line by line, so a user sees what changes in a file.
 */
export function renderBundle(files: readonly ManagedFile[]): string {
  const texts = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(renderFile);
  return [...texts, "end\n"].join("\n");
}

function renderFile(file: ManagedFile): string {
  if (!/^\/[^\s]+$/.test(file.path)) {
    throw new Error(`the path "${file.path}" of a managed file must be absolute and free of spaces`);
  }
  if (!file.content.endsWith("\n")) {
    throw new Error(`the managed file "${file.path}" must end in a newline`);
  }
  const lines = file.content.slice(0, -1).split("\n");
  return `${[`${file.path} ${file.owner} ${file.mode}`, ...lines.map((line) => `  ${line}`)].join("\n")}\n`;
}
