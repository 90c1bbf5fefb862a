import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { alertmanagerSecrets, renderAlertmanager } from "../../../../components/monitoring/alertmanager.ts";

const ALL = {
  slack: { webhook: "https://hooks.slack.com/services/T/B/secret-of-slack" },
  pagerduty: { routingKey: "0123456789abcdef0123456789abcdef", region: "eu" as const },
  email: {
    to: ["dba@example.com", "second@example.com"],
    from: "holdfast@example.com",
    server: "smtp.example.com:587",
    user: "holdfast",
    password: "secret-of-mail",
  },
  deadMansSwitch: { url: "https://deadman.example.com/secret-of-switch" },
};
interface Route {
  readonly receiver: string;
  readonly matchers: readonly string[];
  readonly group_wait: string;
  readonly repeat_interval?: string;
}
const read = (text: string): { route: Route & { routes: Route[] }; receivers: Record<string, unknown>[] } =>
  parse(text);

describe("who is told", () => {
  const { route, receivers } = read(renderAlertmanager(ALL, []));
  const receiver = (name: string) => receivers.find((each) => each["name"] === name) ?? {};

  test("of what is critical: the pager and the channel, at once, again after four hours", () => {
    const critical = route.routes.find(({ matchers }) => matchers.includes('severity="critical"'));
    expect([critical?.receiver, critical?.group_wait]).toEqual(["pager", "0s"]);
    expect(route.repeat_interval).toBe("4h");
    expect(Object.keys(receiver("pager"))).toEqual(["name", "slack_configs", "pagerduty_configs"]);
    expect(receiver("pager")["pagerduty_configs"]).toMatchObject([
      { url: "https://events.eu.pagerduty.com/v2/enqueue", send_resolved: true },
    ]);
  });

  test("of what is high: the channel; of what is medium: a message a day", () => {
    expect(route.receiver).toBe("channel");
    expect(Object.keys(receiver("channel"))).toEqual(["name", "slack_configs"]);
    const medium = route.routes.find(({ matchers }) => matchers.includes('severity="medium"'));
    expect([medium?.receiver, medium?.repeat_interval]).toEqual(["digest", "23h"]);
    expect(receiver("digest")["email_configs"]).toMatchObject([
      { to: "dba@example.com, second@example.com", require_tls: true },
    ]);
  });

  test("of the dead man's switch: whoever waits for it, every minute, and nobody else", () => {
    const first = route.routes[0];
    expect([first?.matchers, first?.receiver, first?.repeat_interval]).toEqual([
      ['alertname="Watchdog"'],
      "dead-mans-switch",
      "50s",
    ]);
    expect(Object.keys(receiver("dead-mans-switch"))).toEqual(["name", "webhook_configs"]);
  });

  test("is nobody where nothing is configured; without mail the channel has what is medium", () => {
    const none = read(renderAlertmanager({}, [])).receivers;
    expect(none.map((each) => Object.keys(each))).toEqual(Array(5).fill(["name"]));
    const { slack } = ALL;
    const digest = read(renderAlertmanager({ slack }, [])).receivers.find(
      (each) => each["name"] === "digest",
    );
    expect(Object.keys(digest ?? {})).toEqual(["name", "slack_configs"]);
  });
});

test("secrets are in files that Alertmanager alone reads, and in no other", () => {
  const files = alertmanagerSecrets(ALL);
  expect(files.map(({ owner, mode }) => `${owner} ${mode}`)).toEqual(
    Array(4).fill("prometheus:prometheus 0600"),
  );
  const text = renderAlertmanager(ALL, []);
  for (const { path, content } of files) {
    expect(text).toContain(path);
    expect(text).not.toContain(content.trim());
  }
});
