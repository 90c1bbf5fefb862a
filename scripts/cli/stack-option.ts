import { LOCAL_STACK } from "../setup/environment.ts";

/** Of every command that works on a stack. */
export const stackOption = [
  "--stack <name>",
  "the stack to work on",
  process.env["PULUMI_STACK"] ?? LOCAL_STACK,
] as const;
