import { expect, test } from "vitest";
import { problemsOnAws } from "../../../../support/on-aws.ts";

const problems = (network: object, grafana: object) =>
  problemsOnAws({ network: { ...network, endpoints: ["ssm"] } }, { monitoring: { grafana } });
const WITHIN = {
  url: "https://packages.example.com/grafana",
  keyUrl: "https://packages.example.com/grafana.asc",
};

test("Grafana's own archive is refused to hosts that have no way there", () => {
  expect(problems({ nat: "none" }, {}).map(({ path, got }) => [path, got])).toEqual([
    ["monitoring.grafana.archive.url", "https://apt.grafana.com"],
    ["monitoring.grafana.archive.keyUrl", "https://apt.grafana.com/gpg.key"],
  ]);
  expect(problems({ nat: "none" }, { archive: { url: WITHIN.url } }).map(({ path }) => path)).toEqual([
    "monitoring.grafana.archive.keyUrl",
  ]);
});

test.each([
  ["a way out", { nat: "one" }, {}],
  ["an archive within", { nat: "none" }, { archive: WITHIN }],
  ["the package already", { nat: "none" }, { source: "host" }],
])("Grafana is taken where hosts have %s", (_, network, grafana) => {
  expect(problems(network, grafana)).toEqual([]);
});
