import { expect, test } from "vitest";
import { renderCut } from "../../faults/support/cut.ts";

const ADDRESSES: Readonly<Record<string, string>> = { "db-2": "10.1.1.12", "db-3": "10.1.1.13" };
const addressOf = (host: string) => ADDRESSES[host] ?? "";
const drops = (rules: string) =>
  rules.split("\n").flatMap((line) => (line.endsWith("drop") ? [line.trim()] : []));

test("a cut from everybody drops all but loopback, both ways", () => {
  expect(renderCut({}, addressOf)).toBe(`table inet fault {
  chain input {
    type filter hook input priority filter - 10;
    iif "lo" accept
    drop
  }
  chain output {
    type filter hook output priority filter - 10;
    oif "lo" accept
    drop
  }
}
`);
});

test("a cut of ports drops them at either end of a connection", () => {
  expect(drops(renderCut({ ports: [2379, 2380] }, addressOf))).toEqual([
    "tcp dport { 2379, 2380 } drop",
    "tcp sport { 2379, 2380 } drop",
    "tcp dport { 2379, 2380 } drop",
    "tcp sport { 2379, 2380 } drop",
  ]);
});

test("a cut from hosts drops what comes from them and what goes to them", () => {
  expect(drops(renderCut({ from: ["db-2", "db-3"] }, addressOf))).toEqual([
    "ip saddr { 10.1.1.12, 10.1.1.13 } drop",
    "ip daddr { 10.1.1.12, 10.1.1.13 } drop",
  ]);
});

test("a cut in one direction lets in what it does not let out", () => {
  expect(drops(renderCut({ from: ["db-2"], onlyOutgoing: true }, addressOf))).toEqual([
    "ip daddr { 10.1.1.12 } drop",
  ]);
});
