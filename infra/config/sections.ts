/** The namespace of the keys in a stack's file that are ours. */
export const NAMESPACE = "holdfast:";

/** The engine hands every value over as text: groups and lists as JSON, the others as they are. */
export function rawSections(
  all: Readonly<Record<string, string>>,
  wanted: (key: string) => boolean = () => true,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => key.startsWith(NAMESPACE) && wanted(key))
      .map(([key, text]) => [key.slice(NAMESPACE.length), decode(text)]),
  );
}

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
