/**
 * Writes schema/stack.generated.json, by which editors complete and check a stack's file, and the table of settings
 * in README.md. Run it whenever a schema changes; a test fails until then.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { withSettingsTable } from "./settings-table.ts";
import { stackFileSchema } from "./stack-file.ts";

const file = (name: string) => new URL(`../../${name}`, import.meta.url);

mkdirSync(file("schema/"), { recursive: true });
writeFileSync(file("schema/stack.generated.json"), `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
if (existsSync(file("README.md"))) {
  writeFileSync(file("README.md"), withSettingsTable(readFileSync(file("README.md"), "utf8")));
}
