import { parse, type ScalarTag } from "yaml";
import { rawSections } from "../../infra/config/sections.ts";

/** The engine's YAML reads 0200 as C does. That it hands over what this makes of a file, a program test proves. */
const OCTAL: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** The values below "config:" of a stack's file, as the engine hands them over: text, and groups and lists as JSON. */
export function handedOver(config: string): Record<string, string> {
  const values: Record<string, unknown> = parse(config, { customTags: (tags) => [OCTAL, ...tags] });
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      // Nothing behind the colon is an empty text to it, at this level alone.
      if (value === null) return [key, ""];
      return [key, typeof value === "string" ? value : JSON.stringify(value)];
    }),
  );
}

/** The sections that the program sees of it, on the platform local unless the file says another one. */
export const sectionsOf = (config: string): Record<string, unknown> => ({
  platform: "local",
  ...rawSections(handedOver(config)),
});
