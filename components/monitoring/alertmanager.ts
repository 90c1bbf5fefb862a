import { eventsUrl, type NotificationsConfig } from "../jobs/schema.ts";
import { managedFile as file, type ManagedFile } from "../remote/managed-file.ts";
import { yaml } from "./exporter-units.ts";
import { EVENTS, MONITORING, NOTIFICATION_TEST } from "./names.ts";
import type { InhibitRule } from "./rules/inhibition.ts";

/** Where Alertmanager finds what it must not show: one file for each, which only the user reads as whom it and Prometheus run. */
const SECRETS = "/etc/prometheus/secrets";
const SLACK_URL = `${SECRETS}/slack-url`;
const PAGERDUTY_KEY = `${SECRETS}/pagerduty-key`;
const EMAIL_PASSWORD = `${SECRETS}/email-password`;
const SWITCH_URL = `${SECRETS}/dead-mans-switch-url`;

type Told = Pick<NotificationsConfig, "slack" | "pagerduty" | "email" | "deadMansSwitch">;

const TITLE =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }} {{ .CommonLabels.cluster }}';
const TEXT =
  "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}{{ if .Annotations.runbook_url }}\nWhat to do: {{ .Annotations.runbook_url }}{{ end }}{{ if .Annotations.dashboard_url }}\nTo look at: {{ .Annotations.dashboard_url }}{{ end }}\n{{ end }}";

/** alertmanager.yml: who is told of what, and how soon. Receivers that are not configured are told nothing. */
export function renderAlertmanager(told: Told, inhibition: readonly InhibitRule[]): string {
  const slack = told.slack && {
    slack_configs: [{ api_url_file: SLACK_URL, send_resolved: true, title: TITLE, text: TEXT }],
  };
  const pagerdutyAs = (severity: "critical" | "warning") =>
    told.pagerduty && {
      pagerduty_configs: [
        {
          routing_key_file: PAGERDUTY_KEY,
          url: eventsUrl(told.pagerduty),
          send_resolved: true,
          severity,
          description: TITLE,
          details: { text: TEXT },
        },
      ],
    };
  const pagerduty = pagerdutyAs("critical");
  const email = told.email && {
    email_configs: [
      {
        to: told.email.to.join(", "),
        from: told.email.from,
        smarthost: told.email.server,
        require_tls: true,
        send_resolved: false,
        headers: { Subject: TITLE },
        ...(told.email.user === undefined
          ? {}
          : { auth_username: told.email.user, auth_password_file: EMAIL_PASSWORD }),
      },
    ],
  };
  const deadMansSwitch = told.deadMansSwitch && {
    webhook_configs: [{ url_file: SWITCH_URL, send_resolved: false }],
  };
  return yaml({
    route: {
      receiver: "channel",
      group_by: ["alertname", "cluster"],
      group_wait: "10s",
      group_interval: "1m",
      repeat_interval: "4h",
      routes: [
        {
          // Who gets it expects it every minute, and tells somebody when it does not come.
          receiver: "dead-mans-switch",
          matchers: ['alertname="Watchdog"'],
          group_wait: "0s",
          group_interval: "1m",
          // Less than the interval, after which it is looked at: else it would be every other minute.
          repeat_interval: "50s",
        },
        // What hosts tell of the moment it happens.
        {
          receiver: "channel",
          matchers: [`alertname=~"${Object.values(EVENTS).join("|")}"`],
          group_wait: "0s",
        },
        // By each way there is: one of them is what does not work.
        {
          receiver: "every-way",
          matchers: ['alertname=~"AlertmanagerFailing|NotificationsDropped"'],
          group_wait: "0s",
          group_interval: "1m",
        },
        {
          receiver: "pager",
          matchers: ['severity="critical"'],
          group_wait: "0s",
          // A group lives on for a quarter of an hour after its end, and what comes back in it waits for this.
          group_interval: "2s",
        },
        {
          // Once a day what can wait, all in one.
          receiver: "digest",
          matchers: ['severity="medium"'],
          group_by: ["cluster"],
          group_wait: "10m",
          group_interval: "24h",
          repeat_interval: "23h",
          // Whoever tries the way out does not wait for tomorrow.
          routes: [
            {
              receiver: "digest",
              matchers: [`alertname="${NOTIFICATION_TEST}"`],
              group_wait: "0s",
              group_interval: "15s",
            },
          ],
        },
      ],
    },
    inhibit_rules: inhibition,
    receivers: [
      { name: "channel", ...(slack ?? email) },
      // A mail, rather than nobody.
      { name: "pager", ...(slack || pagerduty ? { ...slack, ...pagerduty } : email) },
      { name: "digest", ...(email ?? slack) },
      { name: "every-way", ...slack, ...pagerdutyAs("warning"), ...email },
      { name: "dead-mans-switch", ...deadMansSwitch },
    ],
  });
}

/** What the receivers must not show: pure. */
export function alertmanagerSecrets(told: Told): readonly ManagedFile[] {
  const secret = (path: string, text: string | undefined) =>
    text === undefined ? [] : [file(path, `${text}\n`, `${MONITORING.user}:${MONITORING.user}`, "0600")];
  return [
    ...secret(SLACK_URL, told.slack?.webhook),
    ...secret(PAGERDUTY_KEY, told.pagerduty?.routingKey),
    ...secret(EMAIL_PASSWORD, told.email?.password),
    ...secret(SWITCH_URL, told.deadMansSwitch?.url),
  ];
}
