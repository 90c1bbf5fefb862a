import { readdirSync, readFileSync } from "node:fs";
import { MACHINE_UNITS, TIMED_UNITS, UNITS } from "../../../components/units.ts";
import { FACTS } from "./facts.ts";

const ROOT = new URL("../../../", import.meta.url);
const FOLDER = new URL("docs/runbooks/", ROOT);

/** The pages, by the name of their alert. */
export const runbooks = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith(".md"))
      .map((file) => [file.replace(/\.md$/, ""), readFileSync(new URL(file, FOLDER), "utf8")]),
  );

/** What is wrong with the commands of a page, in words. */
export const commandProblems = (text: string): readonly string[] =>
  [...text.matchAll(/\.\/holdfast ([^`\n]+)/g)].flatMap(([, words = ""]) => problemsOf(words.trim()));

/** By the file in which they are made: verbs, and those that belong to one of them. */
const SOURCES = { main: "", "restore-commands": "restore", "alert-commands": "alerts" } as const;

/** The verbs as they are made, with the options that each takes. */
const VERBS = Object.entries(SOURCES).flatMap(([file, parent]) => {
  const source = readFileSync(new URL(`scripts/cli/${file}.ts`, ROOT), "utf8");
  // What several of them have in common stands below them.
  const shared = /^const moment/m.test(source) ? optionsIn(source.slice(source.indexOf("const moment"))) : [];
  return source
    .split(/\.command\(/)
    .slice(1)
    .map((part) => ({ name: /^\s*"([\w-]+)/.exec(part)?.[1] ?? "", part }))
    .filter(({ name }) => name !== parent)
    .map(({ name, part }) => ({
      verb: [parent, name].filter(Boolean).join(" "),
      options: new Set(["--stack", ...optionsIn(part), ...shared]),
    }));
});

function optionsIn(source: string): readonly string[] {
  return [...source.matchAll(/"(?:-\w, )?(--[a-z]+)/g)].map(([, option = ""]) => option);
}

const HOSTS = FACTS.targets.map(({ instance }) => instance);
const UNIT_NAMES = [UNITS, TIMED_UNITS].flatMap((each) => Object.values(each).flat()).concat(MACHINE_UNITS);

function problemsOf(command: string): readonly string[] {
  const [own = "", over] = command.split(/ -- /);
  const words = own.split(/\s+/);
  const hasVerbs = Object.values<string>(SOURCES).includes(words[0] ?? "");
  const verb = words.slice(0, hasVerbs ? 2 : 1).join(" ");
  const known = VERBS.find((each) => each.verb === verb);
  if (known === undefined) return [`${command}: there is no verb ${verb}`];
  const options = words.filter((word) => word.startsWith("--"));
  const unknown = options.filter((option) => !known.options.has(option));
  const takesHost = ["ssh", "logs", "reinit", "maintenance"].includes(verb);
  return [
    ...unknown.map((option) => `${command}: ${verb} has no ${option}`),
    ...(takesHost && !HOSTS.includes(words[1] ?? "") ? [`${command}: there is no host ${words[1]}`] : []),
    ...(verb === "logs" && words[2] !== undefined && !words[2].startsWith("--")
      ? UNIT_NAMES.includes(words[2])
        ? []
        : [`${command}: there is no unit ${words[2]}`]
      : []),
    ...(verb === "ssh" && over === undefined ? [`${command}: nothing is run there`] : []),
  ];
}
