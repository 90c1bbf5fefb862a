/** A host and what its machine is made of, a line each, so that a preview's diff shows which one is made anew. */
export const renderHosts = (
  hosts: readonly { readonly name: string; readonly specification: string }[],
): string => hosts.map(({ name, specification }) => `${name}: ${specification}`).join("\n");

const parse = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf(":")), line]),
  );

/** The hosts that are there before and after, but as other machines. */
export function hostsMadeAnew(before: string, after: string): readonly string[] {
  const wanted = parse(after);
  return [...parse(before)]
    .filter(([name, line]) => wanted.has(name) && wanted.get(name) !== line)
    .map(([name]) => name);
}

export const describeReplacements = (hosts: readonly string[]): readonly string[] =>
  hosts.length === 0
    ? []
    : [
        `${hosts.join(", ")}: the machine is made anew, its data volume stays; standbys first, one after the other, the primary after a switchover, about 2 s without writes`,
      ];
