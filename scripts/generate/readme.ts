import { settingsTable } from "./settings-table.ts";

/** The README with its generated part as it is now, between two marks that carry its name. */
export const fillReadme = (text: string): string => fill(text, "settings", settingsTable());

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
