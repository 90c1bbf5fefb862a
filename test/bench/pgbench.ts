import { type Lab, wholeCluster } from "../lab/support/lab.ts";

/** The proxy that the clients run on, so that they do not take from what they measure. */
const CLIENTS_HOST = "proxy-2";
const PROXY_HOST = "proxy-1";
const PGBENCH = "/usr/lib/postgresql/17/bin/pgbench";

export interface Target {
  readonly address: string;
  readonly port: number;
}

/** pgbench in a lab, as the owner of the database. */
export class Pgbench {
  readonly leader: string;
  /** Straight to the primary, and through PgBouncer and HAProxy of one proxy. */
  readonly straight: Target;
  readonly pooled: Target;
  readonly #lab: Lab;
  readonly #password: string;

  private constructor(lab: Lab, leader: string, addressOf: (name: string) => string, password: string) {
    this.#lab = lab;
    this.#password = password;
    this.leader = leader;
    this.straight = { address: addressOf(leader), port: 5432 };
    this.pooled = { address: addressOf(PROXY_HOST), port: 6432 };
  }

  static async on(lab: Lab): Promise<Pgbench> {
    const { leader } = await wholeCluster(lab, 60);
    const stack = await lab.stack();
    const addressOf = (name: string) => stack.hosts.find((host) => host.name === name)?.address ?? "";
    return new Pgbench(lab, String(leader), addressOf, stack.passwords["app_owner"] ?? "");
  }

  async run(target: Target, options: string, seconds: number): Promise<string> {
    // The password goes over standard input into a file that only root reads, for as long as this runs.
    const { code, stdout, stderr } = await this.#lab.on(
      CLIENTS_HOST,
      `set -e; umask 077; f=$(mktemp); trap 'rm -f "$f"' EXIT; cat >"$f" <<'PASS'\n*:*:*:*:${this.#password}\nPASS
       PGPASSFILE=$f PGSSLMODE=require ${PGBENCH} -h ${target.address} -p ${target.port} -U app_owner ${options} app`,
      seconds,
    );
    if (code !== 0) throw new Error(`pgbench: ${stderr}`);
    return stdout;
  }

  /** Transactions a second. */
  async tps(target: Target, options: string, seconds: number): Promise<number> {
    const said = await this.run(target, `-n ${options} -j 1 -T ${seconds}`, seconds + 120);
    return Number(/^tps = ([\d.]+)/m.exec(said)?.[1]);
  }
}
