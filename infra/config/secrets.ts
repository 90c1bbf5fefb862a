import { type Problem, SECRET } from "./problems.ts";

const MASK = "[secret]";

/** Shorter values, like a 3 or an "a", are in every sentence, and nobody learns anything from them. */
const TELLING = 3;

/**
 * The problems without any value of these sections, which came encrypted: what was found is not shown, and other
 * words that repeat such a value, as rules between sections do, say that it is a secret.
 */
export function hideSecrets(
  problems: readonly Problem[],
  raw: Readonly<Record<string, unknown>>,
  sections: ReadonlySet<string>,
): readonly Problem[] {
  const values = [...sections]
    .flatMap((section) => leaves(raw[section]))
    .filter((text) => text.length >= TELLING);
  // The longest first, for a value may be a part of another one.
  values.sort((a, b) => b.length - a.length);
  const mask = (text: string) => values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
  const isSecret = ({ path }: Problem) =>
    [...sections].some((own) => path === own || path.startsWith(`${own}.`) || path.startsWith(`${own}[`));
  return problems.map((problem) => ({
    path: problem.path,
    got: isSecret(problem) ? SECRET : problem.got,
    allowed: mask(problem.allowed),
    change: mask(problem.change),
  }));
}

function leaves(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return value === null || value === undefined || typeof value === "boolean" ? [] : [String(value)];
}
