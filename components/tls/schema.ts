import { z } from "zod";
import { count } from "../fields.ts";

const AUTHORITIES = "a list of 1 to 3 whole numbers from 1 to 1000000";

export const tlsSchema = z
  .strictObject({
    authorities: z
      .array(count(1, 1_000_000))
      .min(1, AUTHORITIES)
      .max(3, AUTHORITIES)
      .default([1])
      .describe(
        "The cluster's own authorities, by number: the first signs all certificates, all of them are trusted. To change it without an interruption, take three updates: [1, 2], then [2, 1], and when all clients trust the new one, [2].",
      ),
    caDays: count(30, 7300)
      .default(3650)
      .describe("Life of an authority, in days. Fixed when the authority is made."),
    certificateDays: count(2, 825).default(365).describe("Life of a host's certificate, in days."),
    generation: count(1, 1_000_000)
      .default(1)
      .describe("Another number signs all hosts' certificates anew. Their keys stay."),
    renewBeforeDays: count(1, 400)
      .default(30)
      .describe("An update renews a certificate that ends within so many days."),
  })
  .describe("Certificates of the cluster's own authority.");
export type TlsConfig = z.infer<typeof tlsSchema>;
