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
export function hostsMadeAnew(before: string | undefined, after: string | undefined): readonly string[] {
  const wanted = parse(after ?? "");
  return [...parse(before ?? "")]
    .filter(([name, line]) => wanted.has(name) && wanted.get(name) !== line)
    .map(([name]) => name);
}

/** Why the members of a cluster may not be others than before; undefined when they are the same, or the first ones. */
export function membersChanged(before: string | undefined, after: string | undefined): string | undefined {
  const [old, wanted] = [before, after].map((text) => [...parse(text ?? "").keys()].join(", "));
  return !old || old === wanted
    ? undefined
    : `the cluster has the members ${old}, and the configuration names ${wanted}: the number of database hosts of a cluster that exists cannot be changed; set hosts.database.count back`;
}

export const describeReplacements = (hosts: readonly string[]): readonly string[] =>
  hosts.length === 0
    ? []
    : [
        `${hosts.join(", ")}: the machine is made anew, its data volume stays; standbys first, one after the other, the primary after a switchover, about 2 s without writes`,
      ];
