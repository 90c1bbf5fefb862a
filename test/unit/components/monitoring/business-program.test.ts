import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../../../../scripts/project.ts";

const PROGRAM = join(PROJECT_ROOT, "components/monitoring/business.sh");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-business-"));
  mkdirSync(join(folder, "metrics"));
  writeFileSync(join(folder, "orders.sql"), "SELECT 1");
  writeFileSync(join(folder, "orders.head"), "# TYPE holdfast_business_orders gauge\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks a server that answers by this script; gives the end, what was said, and the file of metrics. */
function ask(psql: string) {
  writeFileSync(join(folder, "psql"), `#!/bin/bash\n${psql}\n`);
  chmodSync(join(folder, "psql"), 0o755);
  const variables = `conninfo=host=reader folder=${folder} metrics=${folder}/metrics most=3`;
  const ran = spawnSync(
    "bash",
    ["-c", `${variables}\nsource ${PROGRAM}`, "business", "orders", "shop", "5", "60"],
    {
      encoding: "utf8",
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
    },
  );
  const file = readFileSync(join(folder, "metrics/business-orders.prom"), "utf8");
  return { code: ran.status, said: ran.stderr, file: file.replace(/\d{10}/, "LATER") };
}

const TELLS = (failed: 0 | 1) =>
  `holdfast_query_failed{query="orders",database="shop"} ${failed}\nholdfast_query_next_run_timestamp_seconds{query="orders",database="shop"} LATER\n`;

describe("a business metric", () => {
  test("is left for the exporter, with when it comes again", () => {
    expect(ask(`echo 'holdfast_business_orders{state="open"} 7'`)).toEqual({
      code: 0,
      said: "",
      file: `# TYPE holdfast_business_orders gauge\nholdfast_business_orders{state="open"} 7\n${TELLS(0)}`,
    });
    expect(Number(execFileSync("date", ["+%s"])) + 60).toBeGreaterThanOrEqual(
      Number(
        /seconds\{.*\} (\d+)$/m.exec(readFileSync(join(folder, "metrics/business-orders.prom"), "utf8"))?.[1],
      ),
    );
  });

  test("of no rows has no numbers, and has not failed", () => {
    expect(ask("true")).toEqual({ code: 0, said: "", file: TELLS(0) });
  });

  test.each([
    ["that the server refuses", "echo 'ERROR:  no such table' >&2; exit 1", "ERROR:  no such table\n"],
    [
      "with two rows of the same labels",
      `printf 'm{a="1"} %s\\n' 1 2`,
      'business: more than one row for m{a="1"}\n',
    ],
    ["with too many rows", `printf 'm{a="%s"} 1\\n' 1 2 3 4`, "business: more than 3 rows\n"],
  ])("%s leaves no numbers, not even old ones", (_, psql, said) => {
    ask(`echo 'holdfast_business_orders{state="open"} 7'`);
    expect(ask(psql)).toEqual({ code: 1, said, file: TELLS(1) });
  });
});
