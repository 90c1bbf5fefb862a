import { describe, expect, test } from "vitest";
import { LAG, made, of, type Series, WELL } from "../../../support/status-page.ts";

const SESSIONS = "sum by (instance) (pg_sessions_count)";

async function plot(title: string, series: Readonly<Record<string, readonly Series[]>>) {
  const { html } = await made({ series: { ...WELL, ...series } });
  const figure = new RegExp(`<figure><figcaption>${title}<.*?</figure>`).exec(html)?.[0] ?? "";
  const paths = [...figure.matchAll(/<path class="(c\d)" d="(.*?)"/g)];
  return { html, figure, colours: paths.map(([, colour]) => colour), curves: paths.map(([, , d = ""]) => d) };
}

/** The pieces of a curve: from where to where, in minutes of the hour. */
const pieces = (curve: string): readonly (readonly number[])[] =>
  curve
    .split("M")
    .slice(1)
    .map((piece) => {
      const minutes = [...piece.matchAll(/([\d.]+),/g)].map(([, x]) =>
        Math.round((Number(x) - 3) / (234 / 60)),
      );
      return [minutes[0] ?? -1, minutes.at(-1) ?? -1];
    });

describe("the plots of the last hour", () => {
  test("have a name and a last value for each curve", async () => {
    const { figure, curves } = await plot("Behind the leader", { [LAG]: [of("db-1", 2048), of("db-2", 0)] });
    expect(figure).toContain("Behind the leader<small>at most 2.0 KiB</small>");
    expect(figure).toContain("db-1 <b>2.0 KiB</b>");
    expect(curves.map(pieces)).toEqual([[[0, 60]], [[0, 60]]]);
  });

  test("have each value at its own time, and a gap where nothing was known", async () => {
    const { figure, curves } = await plot("Behind the leader", {
      [LAG]: [{ ...of("db-2", 2048), minutes: [30, 29, 28, 10, 5, 4, 3] }],
    });
    expect(curves.map(pieces)).toEqual([
      [
        [30, 32],
        // One that is alone between two gaps is a point.
        [50, 50],
        [55, 57],
      ],
    ]);
    const [from, middle, to] = [...figure.matchAll(/<span>(\d\d):(\d\d)<\/span>/g)].map(
      ([, hours, minutes]) => Number(hours) * 60 + Number(minutes),
    );
    const since = (first = 0, second = 0) => (second - first + 24 * 60) % (24 * 60);
    expect([since(from, middle), since(from, to)]).toEqual([30, 60]);
  });

  test("say until when a curve went that has ended, instead of a value of then", async () => {
    const { figure } = await plot("Sessions", {
      [SESSIONS]: [of("db-1", 40), { ...of("db-2", 30), minutes: [25, 24] }],
    });
    expect(figure).toContain("db-1 <b>40</b>");
    expect(figure).toMatch(/db-2 <b>until \d\d:\d\d<\/b>/);
  });

  test("have a member in the same colour, whoever else is there", async () => {
    const series = { [SESSIONS]: [of("db-1", 1), of("db-2", 1)], [LAG]: [of("db-2", 1)] };
    expect((await plot("Sessions", series)).colours).toEqual(["c0", "c1"]);
    expect((await plot("Behind the leader", series)).colours).toEqual(["c1"]);
  });

  test("have the whole as the top where it is a share of one, and the largest value elsewhere", async () => {
    const disk =
      'max by (role) (1 - node_filesystem_avail_bytes{mountpoint="/srv/data"} / node_filesystem_size_bytes)';
    const half = await plot("Data volumes used", { [disk]: [{ metric: { role: "database" }, value: 0.5 }] });
    expect(half.curves[0]).toMatch(/L237\.0,32\.0$/);
    const lag = await plot("Behind the leader", { [LAG]: [of("db-2", 10)] });
    expect(lag.curves[0]).toMatch(/L237\.0,3\.0$/);
  });

  test("leave out what is no number", async () => {
    const { figure } = await plot("Behind the leader", { [LAG]: [of("db-2", Number.NaN)] });
    expect(figure).not.toMatch(/nan/i);
    expect(figure).toContain("at most 0 B");
  });
});
