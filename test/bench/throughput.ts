import { eventually, type Lab, wholeCluster } from "../lab/support/lab.ts";
import type { Measure } from "./measure.ts";

const ROUNDS = 3;
const SECONDS = 15;
/** Twice as many as the pool has servers: what a pool is for. */
const MANY = { clients: 32, options: "-M extended -c 32" };
/** As many as there is no need of a pool for: each message pays for two more hops, on the same two cores. */
const FEW = { clients: 8, options: "-M prepared -c 8" };
/** The proxy that the clients run on, so that they do not take from what they measure. */
const CLIENTS_HOST = "proxy-2";
const PROXY_HOST = "proxy-1";

/** pgbench through PgBouncer and HAProxy of one proxy, against the same straight to the primary, in turns. */
export async function measureThroughput(lab: Lab): Promise<Measure[]> {
  const { leader } = await wholeCluster(lab, 60);
  const stack = await lab.stack();
  const addressOf = (name: string) => stack.hosts.find((host) => host.name === name)?.address ?? "";
  const straight = { address: addressOf(String(leader)), port: 5432 };
  const pooled = { address: addressOf(PROXY_HOST), port: 6432 };
  const password = stack.passwords["app_owner"] ?? "";

  const pgbench = async (target: typeof straight, options: string): Promise<string> => {
    // The password goes over standard input into a file that only root reads, for as long as this runs.
    const { code, stdout, stderr } = await lab.on(
      CLIENTS_HOST,
      `set -e; umask 077; f=$(mktemp); trap 'rm -f "$f"' EXIT; cat >"$f" <<'PASS'\n*:*:*:*:${password}\nPASS
       PGPASSFILE=$f PGSSLMODE=require /usr/lib/postgresql/17/bin/pgbench -h ${target.address} -p ${target.port} -U app_owner ${options} app`,
      SECONDS + 120,
    );
    if (code !== 0) throw new Error(`pgbench: ${stderr}`);
    return stdout;
  };
  const tps = async (target: typeof straight, options: string): Promise<number> =>
    Number(/^tps = ([\d.]+)/m.exec(await pgbench(target, `-n ${options} -j 1 -T ${SECONDS}`))?.[1]);
  const compare = async ({ clients, options }: typeof MANY) => {
    const direct: number[] = [];
    const through: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      direct.push(await tps(straight, options));
      through.push(await tps(pooled, options));
    }
    const ratio = median(through) / median(direct);
    return {
      what: `pgbench through PgBouncer and HAProxy against direct, ${clients} clients, median of ${ROUNDS}`,
      value: ratio.toFixed(2),
      note: `${median(through).toFixed(0)} against ${median(direct).toFixed(0)} transactions a second`,
      ratio,
    };
  };

  await pgbench(straight, "-i -q -s 10");
  await eventually("the standbys have the tables", 60, async () => (await lab.status()).leader === leader);
  const { ratio: many, ...manyClients } = await compare(MANY);
  const { ratio: _, ...fewClients } = await compare(FEW);
  return [
    { ...manyClients, bar: "0.85", met: many >= 0.85 },
    { ...fewClients, bar: "" },
  ];
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
