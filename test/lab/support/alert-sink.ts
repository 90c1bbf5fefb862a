import { readFile } from "node:fs/promises";
import { z } from "zod";
import { eventually, type Lab } from "./lab.ts";

const HTTP_PORT = 9999;
const MAIL_PORT = 2525;
const FILE = "/run/alert-sink.jsonl";
const CONFIG = "/etc/prometheus/alertmanager.yml";
const SECRETS = "/etc/prometheus/secrets";

/** What a lab is configured with, so that every way out is there, and leads to the lab's own store, which knows none of them. */
export const EVERY_WAY = {
  slack: { webhook: "https://object-store/services/T/B/of-a-test" },
  pagerduty: { routingKey: "0123456789abcdef0123456789abcdef", url: "https://object-store/pagerduty" },
  email: { to: ["dba@example.com"], from: "holdfast@example.com", server: "object-store:587" },
  deadMansSwitch: { url: "https://object-store/switch" },
};

export type Way = "slack" | "pagerduty" | "mail" | "switch";
const messageSchema = z.object({
  at: z.number(),
  way: z.enum(["slack", "pagerduty", "mail", "switch"]),
  body: z.unknown(),
});
export type Message = z.infer<typeof messageSchema>;

/** What PagerDuty wakes somebody by; its summary is alertmanager.yml's title. */
const wakingSchema = z.object({
  event_action: z.literal("trigger"),
  payload: z.object({ severity: z.literal("critical"), summary: z.string() }),
});
const ALERT_OF_TITLE = /^\[FIRING \d+\] (\w+)/;

/** Stands for Slack, PagerDuty, mail and the dead man's switch: only the addresses differ from what an update has put there. */
export class AlertSink {
  readonly #lab: Lab;
  #reading: Promise<readonly Message[]> | undefined;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async start(): Promise<void> {
    const program = await readFile(new URL("./alert-sink.py", import.meta.url), "utf8");
    await this.#root(`cat >/run/alert-sink.py <<'PY'\n${program}\nPY
systemd-run --quiet --unit alert-sink python3 /run/alert-sink.py ${FILE} ${HTTP_PORT} ${MAIL_PORT}
touch ${FILE}`);
    await this.divert();
    await eventually("the dead man's switch is held", 120, async () =>
      (await this.messages()).some(({ way }) => way === "switch"),
    );
  }

  /** Again after each update that has put the addresses back. */
  async divert(): Promise<void> {
    await this.#root(`cp --archive ${CONFIG} /run/alertmanager.before
cp --archive ${SECRETS} /run/secrets.before
printf 'http://127.0.0.1:${HTTP_PORT}/slack\\n' >${SECRETS}/slack-url
printf 'http://127.0.0.1:${HTTP_PORT}/switch\\n' >${SECRETS}/dead-mans-switch-url
sed -i -e 's#url: https://object-store/pagerduty#url: http://127.0.0.1:${HTTP_PORT}/pagerduty#' \
  -e 's#smarthost: .*#smarthost: 127.0.0.1:${MAIL_PORT}#' -e 's#require_tls: .*#require_tls: false#' ${CONFIG}
systemctl reload prometheus-alertmanager`);
  }

  async stop(): Promise<void> {
    await this.#root(`cp --archive /run/alertmanager.before ${CONFIG}
cp --archive /run/secrets.before/. ${SECRETS}/
systemctl reload prometheus-alertmanager
systemctl stop alert-sink`);
  }

  /** All that came so far, in the order of their coming. Many who ask at the same time have it read once. */
  messages(): Promise<readonly Message[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<readonly Message[]> {
    const text = await this.#root(`cat ${FILE}`);
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => messageSchema.parse(JSON.parse(line)));
  }

  /** Those of an alert that came this way after that moment (milliseconds), and name this host. */
  async of(
    alert: string,
    way: Way,
    since: number,
    state: "firing" | "resolved",
    about = "",
  ): Promise<readonly Message[]> {
    const wanted = new RegExp(`${state}[^"]*${alert}\\b`, "i");
    const action = state === "firing" ? "trigger" : "resolve";
    return (await this.messages()).filter(({ at, way: came, body }) => {
      if (came !== way || at * 1000 < since) return false;
      const text = JSON.stringify(body);
      if (!text.includes(about)) return false;
      return way === "pagerduty"
        ? text.includes(`"event_action":"${action}"`) && text.includes(alert)
        : wanted.test(text);
    });
  }

  /** The alerts by which somebody was woken after that moment (milliseconds). */
  async woken(since: number): Promise<ReadonlySet<string>> {
    const names = (await this.messages()).flatMap(({ at, way, body }) => {
      const waking = wakingSchema.safeParse(body);
      if (way !== "pagerduty" || at * 1000 < since || !waking.success) return [];
      const { summary } = waking.data.payload;
      return [ALERT_OF_TITLE.exec(summary)?.[1] ?? summary];
    });
    return new Set(names);
  }

  async #root(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.#lab.on("ops-1", `set -e\n${script}`);
    if (code !== 0) throw new Error(`the sink of alerts: ${stderr}`);
    return stdout;
  }
}
