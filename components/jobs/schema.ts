import { z } from "zod";
import { text } from "../fields.ts";

const slackSchema = z.strictObject({
  webhook: text(
    /^https:\/\/[a-z0-9.-]+\/[A-Za-z0-9/_-]+$/,
    "the address of an incoming webhook, like https://hooks.slack.com/services/...",
  ).describe("Address of an incoming webhook. A secret: set it with --secret."),
});

const pagerdutySchema = z.strictObject({
  routingKey: text(/^[A-Za-z0-9]{32}$/, "the integration key of 32 letters and digits").describe(
    "Integration key of an Events API v2 integration. A secret: set it with --secret.",
  ),
  region: z.enum(["us", "eu"]).default("us").describe("PagerDuty's service region."),
});

export const notificationsSchema = z
  .strictObject({
    slack: slackSchema
      .optional()
      .describe("A channel that is told of jobs that fail, and of those that are well again."),
    pagerduty: pagerdutySchema
      .optional()
      .describe("An incident for each job that fails, resolved when it is well again."),
    onSuccess: z
      .array(
        z.enum([
          "barman-backup",
          "barman-check",
          "bucket-expiry",
          "restore-test",
          "recovery-window",
          "backup-report",
        ]),
      )
      .default(["restore-test"])
      .describe("Jobs of which the channel is told when they succeed, too."),
  })
  .describe("Who is told of scheduled jobs.");
export type NotificationsConfig = z.infer<typeof notificationsSchema>;
