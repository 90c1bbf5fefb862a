import { parseConfig } from "../../infra/config/parse.ts";
import { labAddresses } from "../../infra/local/addresses.ts";
import { planCluster } from "../../infra/plan.ts";
import { LOCAL_STACK } from "../setup/environment.ts";
import { renderMermaid } from "./mermaid.ts";
import { settingsTable } from "./settings-table.ts";

/** The README with its generated parts as they are now: each stands between two marks that carry its name. */
export function fillReadme(text: string): string {
  const parts = { topology: `\`\`\`mermaid\n${defaultTopology()}\n\`\`\``, settings: settingsTable() };
  return Object.entries(parts).reduce((filled, [name, part]) => fill(filled, name, part), text);
}

function fill(text: string, name: string, part: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) {
    throw new Error(`README.md has no place for ${name}: the marks ${begin} and ${end} are missing`);
  }
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
}

/** Of the smallest configuration, which is the default stack's. */
function defaultTopology(): string {
  const parsed = parseConfig({ platform: "local" }, LOCAL_STACK);
  if (!parsed.ok) {
    throw new Error("the smallest configuration is refused");
  }
  return renderMermaid(planCluster(parsed.config, labAddresses(parsed.config, LOCAL_STACK)).topology);
}
