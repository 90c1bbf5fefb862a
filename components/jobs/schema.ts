import { z } from "zod";
import { text } from "../fields.ts";

const address = () => text(/^[^\s@]+@[^\s@]+$/, "an address like dba@example.com");

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
  url: text(/^https:\/\/\S+$/, "an address that begins with https://")
    .optional()
    .describe(
      "Where events go, by default to the region's Events API v2; another one is a relay that speaks it, on a network that is closed.",
    ),
});

const EVENTS_API = {
  us: "https://events.pagerduty.com/v2/enqueue",
  eu: "https://events.eu.pagerduty.com/v2/enqueue",
} as const;

/** Where events go. */
export const eventsUrl = ({ region, url }: z.infer<typeof pagerdutySchema>): string =>
  url ?? EVENTS_API[region];

const emailSchema = z
  .strictObject({
    to: z.array(address()).min(1, "at least one address").describe("Who gets it."),
    from: address().describe("As whom it is sent."),
    server: text(
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?:[1-9]\d{0,4}$/,
      "a mail server with its port, like smtp.example.com:587",
    ).describe("The mail server that takes it, by TLS."),
    user: text(/^\S+$/, "a name without spaces")
      .optional()
      .describe("As whom to log in there; by default nobody."),
    password: text(/^\S+$/, "a password without spaces")
      .optional()
      .describe("The password for it, by default none. A secret: set it with --secret."),
  })
  .describe("A message a day with what can wait.");

const deadMansSwitchSchema = z.strictObject({
  url: text(/^https:\/\/[a-z0-9.-]+(:\d+)?\/\S*$/, "an address that begins with https://").describe(
    "Address that is called every minute as long as alerts can be sent at all; the service behind it tells somebody when that ends. A secret: set it with --secret.",
  ),
});

export const notificationsSchema = z
  .strictObject({
    slack: slackSchema
      .optional()
      .describe("A channel that is told of alerts, and of jobs that fail and are well again."),
    pagerduty: pagerdutySchema
      .optional()
      .describe(
        "An incident for each critical alert and each job that fails, resolved when all is well again.",
      ),
    email: emailSchema.optional(),
    deadMansSwitch: deadMansSwitchSchema
      .optional()
      .describe("A service elsewhere that notices when this cluster's monitoring is silent."),
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
  .describe("Who is told of alerts and of scheduled jobs.");
export type NotificationsConfig = z.infer<typeof notificationsSchema>;
