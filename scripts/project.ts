import { fileURLToPath } from "node:url";

/** The folder of Pulumi.yaml. */
export const PROJECT_ROOT = fileURLToPath(new URL("../", import.meta.url));
