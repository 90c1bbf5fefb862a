import { readFileSync } from "node:fs";
import { z } from "zod";
import type { PostgresVersion } from "./schema.ts";

const metadataSchema = z.array(
  z.object({
    name: z.string(),
    type: z.enum(["bool", "integer", "real", "string", "enum"]),
    /** What a bare number means: B, kB, 8kB, MB, ms, s or min. */
    unit: z.string().optional(),
    min: z.string().optional(),
    max: z.string().optional(),
    values: z.array(z.string()).optional(),
    /** When a change takes effect; "postmaster" is a restart, "internal" never. */
    context: z.string(),
    category: z.string(),
  }),
);

/** One parameter of the server, as its own pg_settings describes it. */
export type ParameterMetadata = z.infer<typeof metadataSchema>[number];

const loaded = new Map<PostgresVersion, ReadonlyMap<string, ParameterMetadata>>();

/** All parameters of a major version, by their lower-case names. Read once, and only for the version in use. */
export function parametersOf(version: PostgresVersion): ReadonlyMap<string, ParameterMetadata> {
  const known = loaded.get(version);
  if (known) {
    return known;
  }
  const text = readFileSync(new URL(`./metadata/${version}.generated.json`, import.meta.url), "utf8");
  const parameters = new Map(
    metadataSchema.parse(JSON.parse(text)).map((parameter) => [parameter.name.toLowerCase(), parameter]),
  );
  loaded.set(version, parameters);
  return parameters;
}
