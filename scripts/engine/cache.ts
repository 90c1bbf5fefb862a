import { homedir } from "node:os";
import { join } from "node:path";

/** The one folder outside the checkout that Holdfast writes to: programs it built, which any checkout may use. */
export const cacheFolder = (): string =>
  join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "holdfast");
