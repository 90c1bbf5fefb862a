/**
 * Writes schema/stack.generated.json, by which editors complete and check a stack's file, the picture in
 * docs/topology.svg, and the table of settings in README.md. Run it when a schema or a flow changes; a test fails until then.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fillReadme } from "./readme.ts";
import { stackFileSchema } from "./stack-file.ts";
import { defaultTopology } from "./topology.ts";
import { renderTopologySvg } from "./topology-svg.ts";

const file = (name: string) => new URL(`../../${name}`, import.meta.url);

for (const folder of ["schema/", "docs/"]) {
  mkdirSync(file(folder), { recursive: true });
}
writeFileSync(file("schema/stack.generated.json"), `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
writeFileSync(file("docs/topology.svg"), renderTopologySvg(defaultTopology()));
writeFileSync(file("README.md"), fillReadme(readFileSync(file("README.md"), "utf8")));
