import { z } from "zod";
import { count, identifier } from "../fields.ts";

/** In seconds: oftener than it is scraped it need not run, and more seldom than daily it would be old. */
const OFTENEST = 15;
const SELDOMEST = 86_400;

export const businessQuerySchema = z
  .strictObject({
    name: identifier(40).describe(
      "Of the metric: holdfast_business_NAME, and with kind counter holdfast_business_NAME_total.",
    ),
    help: z
      .string()
      .min(1, "a line that says what it counts")
      .max(200, "at most 200 characters")
      .regex(/^[^\n\\]*$/, "one line without a backslash")
      .describe("What it counts, in a line."),
    kind: z
      .enum(["gauge", "counter"])
      .default("gauge")
      .describe(
        "Whether it may fall (gauge) or only grows (counter). Any standby may be asked, and where one is behind another, a counter seems to fall.",
      ),
    database: identifier(63).describe("Where it is asked."),
    sql: z
      .string()
      .min(1, "a query")
      .max(10_000, "at most 10,000 characters")
      .describe(
        "A query whose rows each have a number and perhaps labels, like SELECT state, count(*) AS value FROM orders GROUP BY state. It reads on a standby, as a role that may read this database and write nothing. More than a thousand rows are a failure.",
      ),
    value: identifier(63).default("value").describe("The column with the number."),
    labels: z
      .array(identifier(63))
      .max(10, "at most 10 labels")
      .default([])
      .describe("The columns that are labels."),
    everySeconds: count(OFTENEST, SELDOMEST).default(60).describe("How long after its end it runs again."),
    timeoutSeconds: count(1, 60).default(10).describe("After so long it is ended, and has failed."),
  })
  .describe("A number from a database's own tables.");
export type BusinessQuery = z.infer<typeof businessQuerySchema>;

/** What it is called in Prometheus. */
export const businessMetric = ({ name, kind }: Pick<BusinessQuery, "name" | "kind">): string =>
  `holdfast_business_${name}${kind === "counter" ? "_total" : ""}`;
