import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MAINTENANCE_MARK } from "../../../components/paths.ts";

test("the agent's mark of maintenance is where everybody else looks for it", () => {
  const agent = readFileSync(new URL("../../../components/remote/agent.sh", import.meta.url), "utf8");
  const [, state] = /^readonly state=\$\{HOLDFAST_STATE:-(\S+)\}$/m.exec(agent) ?? [];
  const [, name] = /touch "\$state\/(\S+)"/.exec(agent) ?? [];
  expect(MAINTENANCE_MARK).toBe(`${state}/${name}`);
});
