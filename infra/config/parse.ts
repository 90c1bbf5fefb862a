import { withMachineSizes } from "./machine-sizes.ts";
import type { Peer, UnknownPeer } from "./peer.ts";
import { allowedInGeneral, type Problem, shapeProblems, unknownKey } from "./problems.ts";
import { RULES } from "./rules.ts";
import { type Config, SECTIONS } from "./schema.ts";

export type Parsed =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Section = keyof typeof SECTIONS;
const SECTION_NAMES = Object.keys(SECTIONS) as Section[];

/**
 * The whole configuration, or everything that is wrong with it at once: pure. Each section is read by itself, so
 * that the rules between sections still speak about those that are sound. `peer` is what the file of the stack dr.peer
 * says.
 */
export function parseConfig(
  raw: Readonly<Record<string, unknown>>,
  stack: string,
  peer: Peer | UnknownPeer | undefined = undefined,
): Parsed {
  const sized = withMachineSizes(raw);
  const problems: Problem[] = [
    ...Object.keys(raw)
      .filter((key) => !Object.hasOwn(SECTIONS, key))
      .map((key) => unknownSection(key, raw[key])),
    ...sized.problems,
  ];
  const inputOf = (name: Section): unknown => {
    if (name === "cluster") return withStackName(raw[name], stack);
    return name === "hosts" ? sized.hosts : raw[name];
  };
  const sections: Partial<Record<Section, unknown>> = {};
  for (const name of SECTION_NAMES) {
    const input = inputOf(name);
    const result = SECTIONS[name].safeParse(input, { error: allowedInGeneral });
    if (result.success) {
      sections[name] = result.data;
    } else {
      problems.push(...shapeProblems(name, input, SECTIONS[name], result.error));
    }
  }
  // A rule reads only the sections that it names, and those are there.
  const config = sections as unknown as Config;
  for (const rule of RULES) {
    if (rule.needs.every((name) => name in sections)) {
      problems.push(...rule.problems(config, stack, peer));
    }
  }
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}

/** Without --path, `pulumi config set holdfast:tls.caDays 90` makes one key with a dot in its name. */
function unknownSection(key: string, got: unknown): Problem {
  const [section = key] = key.split(/[.[]/);
  const problem = unknownKey(key, got, key, SECTION_NAMES);
  return section !== key && Object.hasOwn(SECTIONS, section)
    ? {
        ...problem,
        change: `pulumi config rm 'holdfast:${key}', then set it with pulumi config set --path 'holdfast:${key}'`,
      }
    : problem;
}

const withStackName = (raw: unknown, stack: string): unknown => {
  const defaults = { name: stack, domain: `${stack}.holdfast.internal` };
  return raw === undefined || (typeof raw === "object" && raw !== null && !Array.isArray(raw))
    ? { ...defaults, ...raw }
    : raw;
};
