import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Flow } from "../../../components/model.ts";
import { labAddresses } from "../../../infra/local/addresses.ts";
import { planCluster } from "../../../infra/plan.ts";
import { topologyAsTable } from "../../../scripts/cli/topology.ts";
import { renderMermaid } from "../../../scripts/generate/mermaid.ts";
import { widthOf, wrap } from "../../../scripts/generate/svg.ts";
import { defaultTopology } from "../../../scripts/generate/topology.ts";
import { renderTopologySvg } from "../../../scripts/generate/topology-svg.ts";
import { stacks } from "../../support/arbitrary-config.ts";

const SVG = renderTopologySvg(defaultTopology());
const { hosts, flows } = defaultTopology();

interface Area {
  readonly what: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const attribute = (element: string, name: string): string =>
  new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1] ?? "";
const unescaped = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** Where each text is, as wide as a wide font makes it. */
function texts(svg: string): Area[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([element, content = ""]) => {
    const [x, y] = [Number(attribute(element, "x")), Number(attribute(element, "y"))];
    const size = attribute(element, "class").includes("title") ? 15 : 12;
    const width = widthOf(unescaped(content), size);
    const shift = { start: 0, middle: width / 2, end: width }[attribute(element, "text-anchor")] ?? 0;
    return {
      what: unescaped(content),
      left: x - shift,
      top: y - size * 0.75,
      right: x - shift + width,
      bottom: y,
    };
  });
}

function boxes(svg: string, kind: string): Area[] {
  return [...svg.matchAll(/<rect[^>]*>/g)]
    .map(([element]) => element)
    .filter((element) => attribute(element, "class").split(" ").includes(kind))
    .map((element) => {
      const [left, top] = [Number(attribute(element, "x")), Number(attribute(element, "y"))];
      const [width, height] = [Number(attribute(element, "width")), Number(attribute(element, "height"))];
      return { what: kind, left, top, right: left + width, bottom: top + height };
    });
}

const overlap = (a: Area, b: Area): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const within = (a: Area, b: Area): boolean =>
  a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;

/** Pairs of things that a reader would see on top of each other. */
function collisions(svg: string): string[] {
  const words = texts(svg);
  const chips = boxes(svg, "chip");
  const pairs = <T extends Area>(all: readonly T[]) =>
    all.flatMap((a, index) => all.slice(index + 1).map((b) => [a, b] as const));
  return [
    ...[...pairs(words), ...pairs(chips)].filter(([a, b]) => overlap(a, b)),
    // A port's number is in its chip, and no other text is half in one.
    ...words.flatMap((word) =>
      chips.filter((chip) => overlap(word, chip) && !within(word, chip)).map((chip) => [word, chip] as const),
    ),
    ...boxes(svg, "host").flatMap((host) =>
      [...words, ...chips]
        .filter((each) => overlap(each, host) && !within(each, host))
        .map((each) => [each, host] as const),
    ),
  ].map(([a, b]) => `"${a.what}" and "${b.what}" at ${a.left},${a.top}`);
}

function outside(svg: string): string[] {
  const [ground] = boxes(svg, "ground");
  if (ground === undefined) throw new Error("the picture has no ground");
  return [...texts(svg), ...boxes(svg, "card"), ...boxes(svg, "chip")]
    .filter((each) => !within(each, ground))
    .map((each) => each.what);
}

describe("the picture", () => {
  test("shows every host with its zone, and every flow with its port and purpose", () => {
    const shown = texts(SVG).map(({ what }) => what);
    for (const { name, zone } of hosts) {
      expect(shown).toContain(name);
      expect(shown).toContain(`zone ${zone}`);
    }
    // A purpose may be in several lines.
    const all = shown.join(" ");
    for (const { purpose, authentication } of flows) {
      expect(all).toContain(purpose);
      expect(shown).toContain(authentication);
    }
    const ports = shown.filter((text) => /^\d+$/.test(text)).map(Number);
    expect(ports.sort()).toEqual(flows.map(({ port }) => port).sort());
  });

  test("is the same each time, for both kinds of pages, and loads nothing", () => {
    expect(renderTopologySvg(defaultTopology())).toBe(SVG);
    expect(SVG).toContain("@media (prefers-color-scheme: dark)");
    expect(SVG.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(|<image|<script|@import/);
  });

  test("says all of itself to who cannot see it", () => {
    const [, description = ""] = /<desc[^>]*>([^<]*)<\/desc>/.exec(SVG) ?? [];
    for (const { from, to, port } of flows) {
      expect(description).toContain(`${from} to ${to}, port ${port}: `);
    }
  });

  test("has nothing upon anything else, and nothing outside of itself", () => {
    expect(collisions(SVG)).toEqual([]);
    expect(outside(SVG)).toEqual([]);
  });

  test("is as orderly for any stack, and with flows that there are not yet", () => {
    const flow = fc.record({
      name: fc.constant("more"),
      from: fc.constantFrom("clients", "administrators", "proxy", "database", "operations"),
      to: fc.constantFrom("proxy", "database", "operations"),
      port: fc.integer({ min: 1, max: 65_535 }),
      purpose: fc.constantFrom("<logs> & metrics", "a purpose that takes quite some words to tell", "x"),
      authentication: fc.constantFrom("TLS, SCRAM password", "none at all"),
    } satisfies Record<keyof Omit<Flow, "hba">, fc.Arbitrary<unknown>>);
    fc.assert(
      fc.property(stacks, fc.array(flow, { maxLength: 6 }), ({ name, config }, more) => {
        const { topology } = planCluster(config, labAddresses(config, name));
        const svg = renderTopologySvg({ hosts: topology.hosts, flows: [...topology.flows, ...more] });
        expect(collisions(svg)).toEqual([]);
        expect(outside(svg)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("breaks a purpose between its words", () => {
    expect(wrap("sessions on synchronous standbys", 17)).toEqual(["sessions on", "synchronous", "standbys"]);
    expect(wrap("one", 2)).toEqual(["one"]);
  });
});

describe("the same as text", () => {
  test("has a row a flow", () => {
    const table = topologyAsTable({ hosts, flows });
    expect(table).toMatch(
      /│ proxy +│ database +│ 8008 +│ HAProxy asks Patroni for roles +│ TLS, both sides verified +│/,
    );
    expect(table.match(/│ \d+ +│/g)).toHaveLength(flows.length);
    expect(table).toMatch(/^db-2 \(database, zone b, 10\.\d+\.\d+\.12\)$/m);
  });

  test("as a Mermaid flow chart has an arrow a pair, with all its flows", () => {
    const chart = renderMermaid({ hosts, flows });
    const pairs = new Set(flows.map(({ from, to }) => `${from} ${to}`));
    expect(chart.match(/ --> /g)).toHaveLength(pairs.size);
    expect(chart).toContain('  proxy["<b>proxy</b><br/>proxy-1 (zone a)<br/>proxy-2 (zone b)"]');
    expect(chart).toMatch(
      /^ {2}proxy -- "8008 HAProxy asks .*<br\/>5432 application sessions .*" --> database$/m,
    );
  });
});
