import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./parse.ts";
import { formatProblems } from "./problems.ts";
import type { Config } from "./schema.ts";
import { hideSecrets } from "./secrets.ts";
import { rawSections } from "./sections.ts";

// The SDK's own getSecret relies on it, but its published types leave it out.
const { isConfigSecret } = pulumi.runtime as typeof pulumi.runtime & {
  /** Whether any value of the section came encrypted; the engine does not say which one. */
  isConfigSecret(key: string): boolean;
};

/**
 * The only reader of the stack's configuration. It sees every key below "holdfast:", the misspelt ones too, and ends
 * the program before its first resource when anything is wrong.
 */
export function loadConfig(stack: string): Config {
  const all = pulumi.runtime.allConfig();
  const raw = rawSections(all);
  const parsed = parseConfig(raw, stack);
  if (!parsed.ok) {
    const secrets = new Set(Object.keys(rawSections(all, isConfigSecret)));
    const error = new pulumi.RunError(formatProblems(stack, hideSecrets(parsed.problems, raw, secrets)));
    // No frames: they help nobody here, and the SDK has Node colour them, which on some paths of the SDK's own files
    // ends only after 15 s, when the longest possible string is full.
    error.stack = error.message;
    throw error;
  }
  return parsed.config;
}
