import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { OPTIONAL_UNITS, UNITS } from "../../../components/units.ts";

const COMPONENTS = join(import.meta.dirname, "../../../components");

test("the list of units has every one that a component's script runs, and no other", () => {
  const scripts = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\/activate[^/]*\.sh$/.test(path),
  );
  const run = scripts.flatMap((path) =>
    [...readFileSync(join(COMPONENTS, path), "utf8").matchAll(/^ *service "?([\w@$-]+)\.service/gm)].map(
      ([, unit]) => unit,
    ),
  );
  const listed = [UNITS, OPTIONAL_UNITS]
    .flatMap((units) => Object.values(units).flat())
    .map((unit) => unit.replace(/@.*/, "@$instance"));
  expect([...new Set(run)].sort()).toEqual([...new Set(listed)].sort());
});
