import { parse } from "yaml";
import { z } from "zod";
import { MONITORING, MONITORING_TLS } from "../../components/monitoring/names.ts";
import { PORTS } from "../../components/ports.ts";
import { quote } from "../../components/remote/shell.ts";
import { UserError } from "../report.ts";
import type { ClusterAccess } from "./access.ts";
import type { StackHost } from "./outputs.ts";
import { runOnHost } from "./ssh.ts";

const alertSchema = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.string(),
  status: z.object({ state: z.string(), silencedBy: z.array(z.string()), inhibitedBy: z.array(z.string()) }),
});
const alertsSchema = z.array(alertSchema);
export type Alert = z.infer<typeof alertSchema>;

/** A label, and what it has to be; a regular expression is of the whole of it. */
export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
}

const silencesSchema = z.array(
  z.object({
    id: z.string(),
    comment: z.string(),
    createdBy: z.string(),
    endsAt: z.string(),
    matchers: z.array(
      z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() }),
    ),
    status: z.object({ state: z.string() }),
  }),
);
export type Silence = z.infer<typeof silencesSchema>[number];

/** Whom Alertmanager's routes lead to. */
const RECEIVERS = { critical: "pager", high: "channel", medium: "digest" } as const;
export type AlertSeverity = keyof typeof RECEIVERS;
const statusSchema = z.object({ config: z.object({ original: z.string() }) });
const configSchema = z.object({ receivers: z.array(z.looseObject({ name: z.string() })) });

const madeSchema = z.object({ silenceID: z.string() });

/** Runs a script as root on a host. */
type RunThere = (
  host: StackHost,
  script: string,
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;

/** Alertmanager of a stack, which takes orders from its own hosts alone: asked over there. */
export class Alerts {
  readonly #run: RunThere;
  readonly #host: StackHost;

  /** Where a connection to its host is open already, over that one. */
  constructor(access: ClusterAccess, run: RunThere = (host, script) => runOnHost(access, host, script)) {
    const host = access.hosts.find(({ role }) => role === "operations");
    if (host === undefined) {
      throw new UserError(`the cluster "${access.clusterName}" has no operations host`, "run ./holdfast up");
    }
    this.#run = run;
    this.#host = host;
  }

  /** Where it runs. */
  get host(): string {
    return this.#host.name;
  }

  /** All that fire, also those that nobody is told of: silenced ones, and those that follow from others. */
  async firing(): Promise<readonly Alert[]> {
    return alertsSchema.parse(await this.#ask("/api/v2/alerts?active=true"));
  }

  async silences(): Promise<readonly Silence[]> {
    const all = silencesSchema.parse(await this.#ask("/api/v2/silences"));
    return all.filter(({ status }) => status.state !== "expired");
  }

  /** Nobody is told of what has all of these labels until then; gives the silence's identity, which another end may change. */
  async silence(
    matchers: readonly Matcher[],
    until: Date,
    who: { readonly by: string; readonly comment: string },
    id?: string,
  ): Promise<string> {
    const made = await this.#ask("/api/v2/silences", {
      ...(id === undefined ? {} : { id }),
      matchers: matchers.map((matcher) => ({ ...matcher, isEqual: true })),
      startsAt: new Date().toISOString(),
      endsAt: until.toISOString(),
      createdBy: who.by,
      comment: who.comment,
    });
    return madeSchema.parse(made).silenceID;
  }

  async endSilence(id: string): Promise<void> {
    await this.#get(`/api/v2/silence/${id}`, { method: "DELETE" });
  }

  /** Fires an alert of one's own, which ends by itself at that time. */
  async fire(
    labels: Readonly<Record<string, string>>,
    annotations: Readonly<Record<string, string>>,
    until: Date,
  ): Promise<void> {
    const [startsAt, endsAt] = [new Date().toISOString(), until.toISOString()];
    // Without a start it would begin at its end.
    await this.#ask("/api/v2/alerts", [{ labels, annotations, startsAt, endsAt }]);
  }

  /** The kinds of receivers, as Alertmanager calls them, that are told of each severity. */
  async receivers(): Promise<Readonly<Record<AlertSeverity, readonly string[]>>> {
    const status = statusSchema.parse(await this.#ask("/api/v2/status"));
    const { receivers } = configSchema.parse(parse(status.config.original));
    const kinds = (severity: AlertSeverity) =>
      Object.keys(receivers.find(({ name }) => name === RECEIVERS[severity]) ?? {}).flatMap(
        (key) => /^(\w+)_configs$/.exec(key)?.[1] ?? [],
      );
    return { critical: kinds("critical"), high: kinds("high"), medium: kinds("medium") };
  }

  /** Attempts to reach a kind of receiver so far, and those of them that failed: one that is tried again is both. */
  async attempts(): Promise<ReadonlyMap<string, { readonly all: number; readonly failed: number }>> {
    const text = await this.#get("/metrics");
    const counts = (metric: string) => {
      const sums = new Map<string, number>();
      for (const [, kind = "", count] of text.matchAll(
        new RegExp(`^${metric}\\{integration="([a-z]+)"[^}]*\\} (\\S+)$`, "gm"),
      )) {
        sums.set(kind, (sums.get(kind) ?? 0) + Number(count));
      }
      return sums;
    };
    const failed = counts("alertmanager_notification_requests_failed_total");
    return new Map(
      [...counts("alertmanager_notification_requests_total")].map(([kind, all]) => [
        kind,
        { all, failed: failed.get(kind) ?? 0 },
      ]),
    );
  }

  async #ask(path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#get(path, body === undefined ? {} : { body });
    return answer === "" ? undefined : JSON.parse(answer);
  }

  async #get(
    path: string,
    { method, body }: { readonly method?: "DELETE"; readonly body?: unknown } = {},
  ): Promise<string> {
    const data = `${method === undefined ? "" : ` --request ${method}`}${body === undefined ? "" : " --header 'Content-Type: application/json' --data @-"}`;
    const own = `--cacert ${MONITORING.tls}/ca.crt --cert ${MONITORING_TLS}.crt --key ${MONITORING_TLS}.key`;
    const url = quote(`https://${this.#host.name}:${PORTS.alertmanager}${path}`);
    const { code, stdout, stderr } = await this.#run(
      this.#host,
      `curl --silent --show-error --fail-with-body --max-time 10 ${own}${data} ${url} <<'BODY'\n${JSON.stringify(body ?? null)}\nBODY\n`,
    );
    if (code === 0) return stdout.trim();
    throw new UserError(
      `Alertmanager on ${this.#host.name} does not answer: ${stderr.trim()} ${stdout.trim()}`.trim(),
      `see its log: ./holdfast logs ${this.#host.name} prometheus-alertmanager`,
    );
  }
}
