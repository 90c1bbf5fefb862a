import { z } from "zod";
import { identifier, timeOfDay } from "../fields.ts";

const verificationQuery = z
  .strictObject({
    database: identifier(63).describe("Where it is asked."),
    sql: z
      .string()
      .min(1, "a query that returns one value")
      .max(10_000, "at most 10,000 characters")
      .describe("A query that returns one value, like SELECT count(*) > 1000 FROM orders."),
    expect: z
      .string()
      .max(10_000, "at most 10,000 characters")
      .describe("Its answer, as psql prints it: t and f for truth, nothing for NULL."),
  })
  .describe("A question and its answer.");

export const restoreTestSchema = z
  .strictObject({
    every: z
      .enum(["month", "week", "day"])
      .default("month")
      .describe("How often: on the first Sunday of a month, on Sundays, or daily."),
    at: timeOfDay().default("04:00").describe("When it begins, in os.timeZone."),
    queries: z
      .array(verificationQuery)
      .max(100, "at most 100 queries")
      .default([])
      .describe(
        "Questions that the restored data has to answer as expected, beside the checks of its structure.",
      ),
  })
  .describe(
    "The test that restores the newest backup, from the bucket and from Barman in turns, and looks at it.",
  );
export type RestoreTestConfig = z.infer<typeof restoreTestSchema>;
