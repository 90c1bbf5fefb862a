import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { renderStatusPicture } from "../../../scripts/generate/status-picture.ts";
import { made, of, served, WELL } from "../../support/status-page.ts";

/** Of each element of a picture its namespace and name, as a reader of XML takes it, which a browser is of an image. */
const READ = `
import sys, xml.etree.ElementTree as tree
for each in tree.fromstring(sys.stdin.buffer.read()).iter(): print(each.tag)
`;
const elementsOf = (svg: string): readonly string[] =>
  execFileSync("python3", ["-c", READ], { input: svg, encoding: "utf8" }).trim().split("\n");

describe("the picture of the status page", () => {
  let template: string;
  let svg: string;

  beforeAll(async () => {
    const summary = 'a < b & "c" > d\'s, {{ .Secret }} – ü';
    const { html } = await made({
      series: { ...WELL, "sum by (instance) (pg_sessions_count)": [of("db-1", 40)] },
      alerts: [
        {
          labels: { alertname: "LockWaits", severity: "high" },
          annotations: { summary, description: summary, runbook_url: "https://wiki.example.com/?a=1&b=2" },
          startsAt: new Date().toISOString(),
        },
      ],
    });
    template = html;
    svg = renderStatusPicture(served(html), 1234);
  });

  test("is the page itself, in XML, with plots that are plots", () => {
    const elements = elementsOf(svg);
    expect(elements[0]).toBe("{http://www.w3.org/2000/svg}svg");
    expect(elements).toContain("{http://www.w3.org/1999/xhtml}body");
    expect(elements).toContain("{http://www.w3.org/1999/xhtml}table");
    expect(elements.filter((name) => name === "{http://www.w3.org/2000/svg}path")).toHaveLength(2);
    // What is in no namespace, or a plot in that of HTML, is drawn by nobody.
    expect(elements.filter((name) => !name.startsWith("{") || name.endsWith("xhtml}svg"))).toEqual([]);
    expect(svg).toContain('<dt>Leader</dt><dd class="good">db-1</dd>');
  });

  test("is as wide as the page at most, and as high as it is said to be", () => {
    expect(svg).toContain('viewBox="0 0 1100 1234" width="1100" height="1234"');
    expect(svg).toContain('<foreignObject width="1100" height="1234">');
    expect(svg).toContain("max-width: 1100px");
  });

  test("is named as the page is", () => {
    expect(svg).toContain('<title id="title">Not everything is known: orders</title>');
  });

  test("loads nothing, runs nothing, and is small enough for a repository", () => {
    expect(svg).not.toMatch(/<script|<meta|<link|<img|src=|url\(|@import/);
    expect(svg.length).toBeLessThan(150_000);
  });

  test("is made of what Prometheus serves alone", () => {
    expect(() => renderStatusPicture(template, 1)).toThrow(
      "this is the template of the page, and not the page\nnext: fetch it from Prometheus, which fills it in, at /consoles/status.html",
    );
    expect(() => renderStatusPicture("Unauthorized\n", 1)).toThrow(
      /^this is no page of a cluster's state: it has no <style>\nnext: fetch it/,
    );
  });
});
