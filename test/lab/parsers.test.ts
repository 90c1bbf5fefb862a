import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { clusterFiles } from "../../components/files.ts";
import { isTimeZone } from "../../components/os/time-zone.ts";
import { parametersOf } from "../../components/postgres/metadata.ts";
import { ownedBecause } from "../../components/postgres/owned.ts";
import { checkSetting, type SettingValue } from "../../components/postgres/setting.ts";
import { renderBundle } from "../../components/remote/managed-file.ts";
import { freeText, settingValue } from "../support/arbitrary-setting.ts";
import { problemsOf } from "../support/configuration.ts";
import { planOf } from "../support/fixtures.ts";
import { readByHost } from "./support/parsers.ts";

// What the rules take must arrive in the daemons as it was written. The daemons' own parsers say whether it does:
// one container reads everything, and each test looks at its part of the answer.

const SEED = Date.now() % 2 ** 31;
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] =>
  fc.sample(arbitrary, { numRuns, seed: SEED });

const fileOf = (config: Record<string, unknown>, path: string): string => {
  const plan = planOf({ platform: "local", ...config });
  const files = clusterFiles(plan, { container: true, dashboards: new Map() }).get("db-1");
  const found = files?.find((file) => file.path === path);
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found.content;
};

const TEXTS = sample(freeText, 400);
const bundle = renderBundle(
  TEXTS.map((text, index) => ({
    path: `/etc/patroni/dynamic-${String(index).padStart(4, "0")}.json`,
    owner: "root:root",
    mode: "0644",
    content: fileOf({ postgres: { settings: { log_line_prefix: text } } }, "/etc/patroni/dynamic.json"),
  })),
);

/** Names that YAML has other ideas about. */
const NAMES = ["on", "off", "yes", "no", "null", "true", "false", "y", "n", "e", "orders"];

/** Ordinary ones, of which the server does not want to be told by ALTER SYSTEM. */
const NOT_BY_SQL = ["allow_alter_system"];
const PARAMETERS = [...parametersOf(17).values()].filter(
  (each) => ownedBecause(each) === undefined && !each.name.includes(".") && !NOT_BY_SQL.includes(each.name),
);
const accepted = (name: string, value: SettingValue): boolean =>
  problemsOf({
    postgres: { settings: { [name]: value } },
    hosts: { database: { memory: "64GiB", disk: "64TiB" } },
  }).length === 0;
const VALUES = PARAMETERS.flatMap((parameter) =>
  sample(settingValue(parameter), 12)
    .filter((value) => accepted(parameter.name, value))
    .map((value) => ({ parameter, value })),
);

const ZONES = [...Intl.supportedValuesOf("timeZone"), "Etc/UTC", "UTC", "GMT", "Asia/Kolkata", "Europe/Kyiv"];

describe(`what the daemons read (seed ${SEED})`, () => {
  let answer: Awaited<ReturnType<typeof readByHost>>;
  beforeAll(async () => {
    answer = await readByHost({
      bundle,
      names: NAMES.map((name) => [
        fileOf({ cluster: { name } }, "/etc/patroni/config.yml"),
        fileOf({ cluster: { name } }, "/etc/etcd/etcd.yml"),
      ]),
      values: VALUES.map(({ parameter, value }) => [parameter.name, value]),
      zones: ZONES.filter(isTimeZone),
    });
  });

  test("any text of a parameter is the same text in the server", () => {
    expect(answer.texts).toEqual(TEXTS);
  });

  test("any value that the rules take is passed on by Patroni and taken by the server", () => {
    expect(VALUES.length).toBeGreaterThan(PARAMETERS.length);
    const lost = VALUES.flatMap(({ parameter, value }, index) => {
      const { written, refused } = answer.values[index] ?? {};
      const same = written != null && sameValue(String(value), written, parameter.type);
      return refused == null && same ? [] : [{ name: parameter.name, value, written, refused }];
    });
    expect(lost).toEqual([]);
  });

  test("any number is to the server what the rules take it for", () => {
    const others = VALUES.flatMap(({ parameter, value }, index) => {
      const checked = checkSetting(parameter, value);
      const number = answer.values[index]?.number;
      // These are 0 to a session that came by the socket.
      if (number == null || parameter.name.startsWith("tcp_") || !checked.ok) return [];
      if (checked.number === undefined) return [];
      // The server shows six digits of a real number.
      const near = Math.abs(Number(number) - checked.number) <= Math.abs(checked.number) * 1e-5;
      return near ? [] : [{ name: parameter.name, value, ours: checked.number, servers: number }];
    });
    expect(others).toEqual([]);
  });

  test("any name of a cluster is that name to Patroni, and text to etcd", () => {
    expect(answer.names).toEqual(NAMES.map((scope) => ({ scope, etcd: [] })));
  });

  test("every time zone that the rules take is on the hosts", () => {
    expect(answer.missingZones).toEqual([]);
  });
});

/** Patroni writes some numbers anew, so as 64 for 0x40, and the server's switches as Python does. */
function sameValue(given: string, written: string, type: string): boolean {
  if (given.toLowerCase() === written.toLowerCase()) return true;
  return type === "integer" && Math.abs(Number(given) - Number(written)) <= 0.5;
}
