import { buckets } from "./buckets.ts";
import { encryption } from "./encryption.ts";
import { machines } from "./machines.ts";
import { networks } from "./networks.ts";
import { protection } from "./protection.ts";
import { rights } from "./rights.ts";
import type { Rule } from "./rule.ts";
import { tags } from "./tags.ts";

/** Everything that a reviewer of a stack on AWS looks for. */
export const RULES: readonly Rule[] = [
  ...encryption,
  ...machines,
  ...networks,
  ...buckets,
  ...rights,
  ...protection,
  ...tags,
];
