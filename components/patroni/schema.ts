import { z } from "zod";

export const availabilitySchema = z
  .strictObject({
    durability: z
      .enum(["strict", "preferred", "async"])
      .default("strict")
      .describe(
        "strict: a commit is acknowledged when two hosts have it, else it waits. preferred: waits only while a standby is there. async: never waits, and a failover may lose the last commits.",
      ),
    rto: z
      .enum(["fast", "normal", "safe"])
      .default("normal")
      .describe("How soon a silent primary is replaced: about 25, 35 or 70 s after its host is lost."),
  })
  .describe("What a commit is worth, and how soon a lost primary is replaced.");
export type Availability = z.infer<typeof availabilitySchema>;
