import { eventually, type Lab } from "../lab/support/lab.ts";
import { type Measure, median } from "./measure.ts";
import { Pgbench } from "./pgbench.ts";

const ROUNDS = 3;
const SECONDS = 15;
/** Twice as many as the pool has servers: what a pool is for. */
const MANY = { clients: 32, options: "-M extended -c 32" };
/** As many as there is no need of a pool for: each message pays for two more hops, on the same two cores. */
const FEW = { clients: 8, options: "-M prepared -c 8" };

/** pgbench through PgBouncer and HAProxy of one proxy, against the same straight to the primary, in turns. */
export async function measureThroughput(lab: Lab): Promise<Measure[]> {
  const pgbench = await Pgbench.on(lab);
  const compare = async ({ clients, options }: typeof MANY) => {
    const direct: number[] = [];
    const through: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      direct.push(await pgbench.tps(pgbench.straight, options, SECONDS));
      through.push(await pgbench.tps(pgbench.pooled, options, SECONDS));
    }
    const ratio = median(through) / median(direct);
    return {
      what: `pgbench through PgBouncer and HAProxy against direct, ${clients} clients, median of ${ROUNDS}`,
      value: ratio.toFixed(2),
      note: `${median(through).toFixed(0)} against ${median(direct).toFixed(0)} transactions a second`,
      ratio,
    };
  };

  await pgbench.run(pgbench.straight, "-i -q -s 10", 120);
  await eventually(
    "the standbys have the tables",
    60,
    async () => (await lab.status()).leader === pgbench.leader,
  );
  const { ratio: many, ...manyClients } = await compare(MANY);
  const { ratio: _, ...fewClients } = await compare(FEW);
  return [
    { ...manyClients, bar: "0.85", met: many >= 0.85 },
    { ...fewClients, bar: "" },
  ];
}
