import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./parse.ts";
import { type Peer, peerNameIn, readPeer } from "./peer.ts";
import { formatProblems, type Problem } from "./problems.ts";
import type { Config } from "./schema.ts";
import { hideSecrets } from "./secrets.ts";
import { rawSections } from "./sections.ts";

// The SDK's own getSecret relies on it, but its published types leave it out.
const { isConfigSecret } = pulumi.runtime as typeof pulumi.runtime & {
  /** Whether any value of the section came encrypted; the engine does not say which one. */
  isConfigSecret(key: string): boolean;
};

/** What a stack is to be, and what the file of its peer says, where it has one. */
export interface Loaded {
  readonly config: Config;
  readonly peer: Peer | undefined;
}

/**
 * The only reader of the stack's configuration. It sees every key below "holdfast:", the misspelt ones too, and ends
 * the program before its first resource when anything is wrong.
 */
export function loadConfig(stack: string): Loaded {
  const all = pulumi.runtime.allConfig();
  const raw = rawSections(all);
  const name = peerNameIn(raw);
  const peer = name === undefined ? undefined : readPeer(name);
  const parsed = parseConfig(raw, stack, peer);
  if (!parsed.ok) {
    const secrets = new Set(Object.keys(rawSections(all, isConfigSecret)));
    throw refusal(stack, hideSecrets(parsed.problems, raw, secrets));
  }
  return { config: parsed.config, peer: peer !== undefined && "aws" in peer ? peer : undefined };
}

/** What ends the program when something is wrong with a stack. */
export const refusal = (stack: string, problems: readonly Problem[]): pulumi.RunError =>
  withoutFrames(formatProblems(stack, problems));

/**
 * An error for the user. No frames: they help nobody here, and the SDK has Node colour them, which on some paths of the
 * SDK's own files ends only after 15 s, when the longest possible string is full.
 */
export function withoutFrames(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = error.message;
  return error;
}
