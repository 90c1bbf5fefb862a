import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./parse.ts";
import { formatProblems } from "./problems.ts";
import type { Config } from "./schema.ts";
import { rawSections } from "./sections.ts";

/**
 * The only reader of the stack's configuration. It sees every key below "holdfast:", the misspelt ones too, and ends
 * the program before its first resource when anything is wrong.
 */
export function loadConfig(stack: string): Config {
  const parsed = parseConfig(rawSections(pulumi.runtime.allConfig()), stack);
  if (!parsed.ok) {
    const error = new pulumi.RunError(formatProblems(stack, parsed.problems));
    // No frames: they help nobody here, and the SDK has Node colour them, which on some paths of the SDK's own files
    // ends only after 15 s, when the longest possible string is full.
    error.stack = error.message;
    throw error;
  }
  return parsed.config;
}
