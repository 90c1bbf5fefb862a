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

const countsSchema = z.array(z.tuple([z.string(), z.union([z.number(), z.string()])]));

/** All in one visit: two hundred of them would take a minute. */
const COUNTS = `import base64, json, ssl, urllib.error, urllib.parse, urllib.request
password = open("/etc/prometheus/secrets/web-password").read().strip()
login = base64.b64encode(f"${MONITORING.viewer}:{password}".encode()).decode()
context = ssl.create_default_context(cafile="${MONITORING.tls}/ca.crt")
def count(expression):
    url = "https://ops-1:${PORTS.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return len(json.load(answer)["data"]["result"])
    except urllib.error.HTTPError as error:
        return json.load(error)["error"]
print(json.dumps([[each, count(each)] for each in json.loads(EXPRESSIONS)]))`;

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

  /** How many series each of these expressions gives; text where Prometheus does not take it. */
  async counts(expressions: readonly string[]): Promise<ReadonlyMap<string, number | string>> {
    const { stdout, stderr, code } = await this.#lab.on(
      "ops-1",
      `python3 - <<'PY'\n${COUNTS}\nPY`.replace("EXPRESSIONS", () =>
        JSON.stringify(JSON.stringify(expressions)),
      ),
      120,
    );
    if (code !== 0) throw new Error(`Prometheus: ${stderr}`);
    return new Map(countsSchema.parse(JSON.parse(stdout)));
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
