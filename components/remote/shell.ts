/** Quotes a word for a POSIX shell. Everything that is not a literal of ours goes through here. */
export function quote(word: string): string {
  if (word.includes("\0")) {
    throw new Error("a NUL byte cannot be passed to a shell");
  }
  return /^[A-Za-z0-9_\-./:=@%+,]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A component's own script on the host: its values as shell variables, then the fixed text that uses them. */
export function withVariables(variables: Readonly<Record<string, string>>, script: string): string {
  const assignments = Object.keys(variables)
    .sort()
    .map((name) => `${name}=${quote(variables[name] ?? "")}`);
  return `${["# Managed by Holdfast.", ...assignments, ""].join("\n")}\n${script}`;
}
