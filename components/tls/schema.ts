import { z } from "zod";
import { count } from "../fields.ts";

export const tlsSchema = z
  .strictObject({
    caDays: count(30, 7300)
      .default(3650)
      .describe("Life of the cluster's own authority, in days. Fixed when the cluster is made."),
    certificateDays: count(2, 825).default(365).describe("Life of a host's certificate, in days."),
    renewBeforeDays: count(1, 400)
      .default(30)
      .describe("An update renews a certificate that ends within so many days."),
  })
  .describe("Certificates of the cluster's own authority.");
export type TlsConfig = z.infer<typeof tlsSchema>;
