import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["infra", "components", "scripts", "package.json", "tsconfig.json", "Pulumi.yaml"];

/** The program and the commands in another folder, where a test may change them; without any stack. */
export async function copyOfProject(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const each of PARTS) {
    await cp(join(ROOT, each), join(folder, each), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
}
