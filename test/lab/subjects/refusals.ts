import { describe, expect, test } from "vitest";
import { quote } from "../../../components/remote/shell.ts";
import { eventually, type Lab, wholeCluster } from "../support/lab.ts";

const AGENT = "/usr/local/lib/holdfast/agent";

/** A file that a daemon refuses, and what the refusal says. */
interface Refusal {
  readonly title: string;
  readonly host: string;
  readonly component: string;
  readonly path: string;
  /** A sed script on the staged file. */
  readonly change: string;
  readonly says: RegExp;
  /** Prints what must be as before. */
  readonly state: string;
}

const poolers = `for port in 6432 6433; do
  runuser -u postgres -- psql -XAtq -h /run/pgbouncer -p $port -d pgbouncer -c 'SHOW CONFIG' -c 'SHOW DATABASES' | grep -v '|yes$' | cut -d'|' -f1-6
  runuser -u postgres -- psql -XAtq -h /run/pgbouncer -p $port -d pgbouncer -c 'SHOW CONFIG' | grep -E '^(pool_mode|query_wait_timeout|default_pool_size)'
done; systemctl show pgbouncer@writer pgbouncer@reader --property MainPID`;
const haproxy =
  "ss -Hltn | awk '{ print $4 }' | grep -E ':(500[0-9]|8404)$' | sort; systemctl show haproxy --property MainPID";
const server =
  "runuser -u postgres -- psql -XAtqd postgres -c 'SHOW work_mem' -c 'TABLE pg_hba_file_rules' -c 'SELECT pg_postmaster_start_time()'";

const REFUSALS: readonly Refusal[] = [
  {
    title: "HAProxy: a line that its own check refuses",
    host: "proxy-1",
    component: "haproxy",
    path: "/etc/haproxy/haproxy.cfg",
    change: "s/^  bind .*/  bind nowhere:five/",
    says: /host proxy-1, step haproxy: HAProxy does not accept its configuration\nnext: /,
    state: haproxy,
  },
  {
    title: "HAProxy: a port that somebody else has",
    host: "proxy-1",
    component: "haproxy",
    path: "/etc/haproxy/haproxy.cfg",
    change: "s/bind \\*:5001/bind *:22/",
    says: /host proxy-1, step haproxy: haproxy\.service did not reload\nlast lines of haproxy\.service:[\s\S]*cannot bind socket[\s\S]*\nnext: /,
    state: haproxy,
  },
  {
    title: "PgBouncer: a line that it does not know",
    host: "proxy-1",
    component: "pgbouncer",
    path: "/etc/pgbouncer/writer.ini",
    change: "s/^pool_mode = .*/pool_mood = transaction/",
    says: /host proxy-1, step pgbouncer: PgBouncer's writer does not use what its files say: config file loading failed\nlast lines of pgbouncer@writer:[\s\S]*unknown parameter: pgbouncer\/pool_mood[\s\S]*\nnext: /,
    state: poolers,
  },
  {
    title: "PgBouncer: a value that it takes only at its start",
    host: "proxy-1",
    component: "pgbouncer",
    path: "/etc/pgbouncer/reader.ini",
    change: "s/^pidfile = .*/pidfile = \\/run\\/pgbouncer\\/other.pid/",
    says: /PgBouncer's reader does not use what its files say: pidfile: wanted \/run\/pgbouncer\/other.pid, found \/run\/pgbouncer\/reader.pid/,
    state: poolers,
  },
  {
    title: "PgBouncer: a rule about clients that it cannot read",
    host: "proxy-1",
    component: "pgbouncer",
    path: "/etc/pgbouncer/hba.conf",
    change: "$a hostssl app app_owner nowhere scram-sha-256",
    says: /PgBouncer's writer does not use what its files say: hba line \d+: failed to parse address/,
    state: poolers,
  },
  {
    title: "PostgreSQL: a value out of its range",
    host: "db-2",
    component: "patroni",
    path: "/etc/patroni/config.yml",
    change: "s/^    work_mem: .*/    work_mem: 1kB/",
    says: /host db-2, step patroni: PostgreSQL on db-2 does not use what it was given: work_mem: [\s\S]*\nnext: /,
    state: server,
  },
  {
    title: "PostgreSQL: a rule of pg_hba.conf that it cannot read",
    host: "db-2",
    component: "patroni",
    path: "/etc/patroni/config.yml",
    change: "s/^    - host all all all reject/    - hostssl all all nowhere nonsense\\n&/",
    says: /PostgreSQL on db-2 does not use what it was given: pg_hba.conf: invalid authentication method "nonsense"/,
    state: server,
  },
  {
    title: "PostgreSQL: shared parameters that it would not start with",
    host: "db-1",
    component: "patroni-dynamic",
    path: "/etc/patroni/dynamic.json",
    change: 's/"parameters": {/&"log_statement_stats": "on", "log_parser_stats": "on",/',
    says: /Cannot enable parameter when \S+ is true[\s\S]*host db-1, step patroni-dynamic: PostgreSQL does not accept these parameters\nnext: /,
    state: `${server}; patronictl -c /etc/patroni/config.yml show-config`,
  },
];

/** Files that a daemon refuses, most of them only when it runs: said, undone, and the daemon goes on as before. */
export function refusalTests(lab: Lab): void {
  describe("what a daemon refuses", () => {
    test.each(REFUSALS)("$title", async ({ host, component, path, change, says, state }) => {
      const staged = `/var/lib/holdfast/staged/${component}`;
      const file = `sha256sum ${path}`;
      const before = await lab.on(host, `${file}; ${state}`);
      // As an update that brings a file of which the daemon knows better: the component's script stays as it is.
      const broken = await lab.on(
        host,
        `cp -a ${staged} /root/staged
         number=$(grep -n ${quote(`^${path} `)} ${staged}/files/manifest | cut -d: -f1)
         sed -i ${quote(change)} ${staged}/files/$number
         ${AGENT} activate ${component}
         code=$?
         rm -rf ${staged}; mv /root/staged ${staged}
         exit $code`,
        120,
      );
      expect(broken.code, broken.stdout).toBe(1);
      expect(broken.stderr).toMatch(says);
      // Patroni goes back at the next turn of its loop.
      await eventually(`everything is as before: ${before.stdout}`, 30, async () => {
        const { stdout } = await lab.on(host, `${file}; ${state}`);
        return stdout === before.stdout;
      });
      const mended = await lab.on(host, `${AGENT} activate ${component}`, 120);
      expect([mended.code, mended.stdout], mended.stderr).toEqual([0, ""]);
    });

    test("certificates that a daemon does not reload for", async () => {
      const refused = await lab.on(
        "proxy-2",
        `cp -a /etc/haproxy/haproxy.cfg /root/haproxy.cfg
         echo nonsense >>/etc/haproxy/haproxy.cfg
         sed -i 1d /etc/haproxy/tls/haproxy.crt
         ${AGENT} activate tls
         code=$?
         cp -a /root/haproxy.cfg /etc/haproxy/haproxy.cfg
         exit $code`,
      );
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /host proxy-2, step tls: haproxy did not reload its certificates\nlast lines of haproxy:[\s\S]*nonsense[\s\S]*\nnext: /,
      );
      const mended = await lab.on("proxy-2", `${AGENT} activate tls && ${AGENT} activate haproxy`);
      expect(mended.code, mended.stderr).toBe(0);
      expect(mended.stdout).toContain("wrote /etc/haproxy/tls/haproxy.crt");
      await wholeCluster(lab, 30);
    });
  });
}
