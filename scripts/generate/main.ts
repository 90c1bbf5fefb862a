/**
 * Writes schema/stack.generated.json, by which editors complete and check a stack's file, and the generated parts of
 * README.md. Run it when a schema or a flow changes; a test fails until then.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fillReadme } from "./readme.ts";
import { stackFileSchema } from "./stack-file.ts";

const file = (name: string) => new URL(`../../${name}`, import.meta.url);

mkdirSync(file("schema/"), { recursive: true });
writeFileSync(file("schema/stack.generated.json"), `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
writeFileSync(file("README.md"), fillReadme(readFileSync(file("README.md"), "utf8")));
