import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { unknownFiles } from "../../components/files.ts";
import type { ManagedFile } from "../../components/remote/managed-file.ts";
import { renderedFiles } from "../../scripts/cli/render.ts";
import { planFrom } from "../../scripts/stack/configuration.ts";
import { LARGE, MINIMAL } from "./support/configurations.ts";
import { hostNames, type Run, remoteCommands, runProgram, STACK } from "./support/program.ts";

/** The files of a bundle as the agent would read them. */
function filesOf(bundle: string): ManagedFile[] {
  return bundle
    .replace(/\nend\n$/, "")
    .split(/^(?=\/)/m)
    .filter(Boolean)
    .map((text) => {
      const [header = "", ...lines] = text.trimEnd().split("\n");
      const [path = "", owner = "", mode = ""] = header.split(" ");
      return { path, owner, mode, content: lines.map((line) => `${line.slice(2)}\n`).join("") };
    });
}

/** Everything that an update sends to a host: the agent, and the files of all its bundles. */
function sentTo(run: Run, host: string): ReadonlyMap<string, ManagedFile> {
  const sent = remoteCommands(run)
    .filter(({ name }) => name.startsWith(`${host}-`) && /-(files|learned|secrets)$/.test(name))
    .flatMap(({ inputs }) => filesOf(String(inputs["stdin"])));
  return new Map(sent.map((file) => [file.path, file]));
}

describe.each([
  ["the smallest stack", MINIMAL],
  ["a large stack", LARGE],
])("render of %s", async (_, config) => {
  const run = await runProgram(config, "update");
  const entries = Object.entries(config).map(([key, value]) => [`holdfast:${key}`, value]);
  const planned = planFrom(STACK, stringify({ config: Object.fromEntries(entries) }));
  const rendered = await renderedFiles(planned);

  test("names the hosts that an update makes", () => {
    expect([...new Set(rendered.map(({ host }) => host))].sort()).toEqual(hostNames(run));
  });

  test.each(hostNames(run))(
    "is on %s what an update sends there, but for what it names as not known",
    (host) => {
      const sent = sentTo(run, host);
      const unknown = (unknownFiles(planned.plan).get(host) ?? []).filter((path) => !path.endsWith(".key"));
      expect(unknown.length).toBeGreaterThan(0);
      const known = rendered.filter((file) => file.host === host && !file.path.endsWith("/holdfast/agent"));
      expect([...known.map(({ path }) => path), ...unknown].sort()).toEqual([...sent.keys()].sort());
      for (const { path, owner, mode, content } of known) {
        expect({ path, owner, mode, content }).toEqual(sent.get(path));
      }
      const agent = remoteCommands(run).find(({ name }) => name === `${host}-agent`);
      const file = rendered.find((each) => each.host === host && each.path.endsWith("/holdfast/agent"));
      expect(file?.content).toBe(agent?.inputs["stdin"]);
    },
  );
});
