import { z } from "zod";
import { count, size, text } from "../fields.ts";
import { businessQuerySchema } from "./business-schema.ts";
import { grafanaSchema } from "./grafana/schema.ts";
import { thresholdsSchema } from "./rules/schema.ts";

const retentionSchema = z
  .strictObject({
    days: count(1, 3650).default(30).describe("For how many days Prometheus keeps what it collected."),
    size: size("256MiB")
      .prefault("2GiB")
      .describe("How much of the operations host's volume it may take for that; the older goes first."),
  })
  .describe("What Prometheus keeps.");

export const monitoringSchema = z
  .strictObject({
    retention: retentionSchema.prefault({}),
    thresholds: thresholdsSchema.prefault({}),
    business: z
      .array(businessQuerySchema)
      .max(100, "at most 100 queries")
      .default([])
      .describe("Numbers from the databases' own tables, as metrics; each is tried by an update."),
    runbooks: text(/^\S+$/, "an address without spaces")
      .default("docs/runbooks")
      .describe(
        "Where the pages of docs/runbooks are, as an alert's link begins; by default in the repository.",
      ),
    grafana: grafanaSchema.optional(),
  })
  .describe("Prometheus and Alertmanager on the operations host, and what they are told by all hosts.");
export type MonitoringConfig = z.infer<typeof monitoringSchema>;
