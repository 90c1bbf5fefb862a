import { readFileSync } from "node:fs";
import { AGENT_PATH } from "../paths.ts";
import type { ManagedFile } from "./managed-file.ts";

/** Holdfast's hand on a host, the same on all of them: pure. */
export const AGENT: ManagedFile = {
  path: AGENT_PATH,
  owner: "root:root",
  mode: "0755",
  content: readFileSync(new URL("./agent.sh", import.meta.url), "utf8"),
};
