import { z } from "zod";
import { MONITORING } from "../../../components/monitoring/names.ts";
import { PORTS } from "../../../components/ports.ts";
import type { Lab } from "./lab.ts";

const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus knows, asked on its own host as its viewer. */
export class Prometheus {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The instant vector of an expression. */
  async query(expression: string): Promise<readonly Sample[]> {
    const answer = answerSchema.parse(
      JSON.parse(await this.get(`/api/v1/query?query=${encodeURIComponent(expression)}`)),
    );
    return answer.data.result.map(({ metric, value: [, value] }) => ({
      labels: metric,
      value: Number(value),
    }));
  }

  async get(path: string): Promise<string> {
    const { stdout, stderr, code } = await this.#lab.on(
      "ops-1",
      `printf 'user = "${MONITORING.viewer}:%s"\\n' "$(cat /etc/prometheus/secrets/web-password)" |
        curl --silent --show-error --fail --max-time 10 --config - --cacert ${MONITORING.tls}/ca.crt 'https://ops-1:${PORTS.prometheus}${path}'`,
    );
    if (code !== 0) throw new Error(`Prometheus: ${stderr}`);
    return stdout;
  }
}
