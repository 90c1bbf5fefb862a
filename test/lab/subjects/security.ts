import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PORTS } from "../../../components/ports.ts";
import { flowTable } from "../../../infra/flows.ts";
import { PROJECT_ROOT } from "../../../scripts/project.ts";
import { podman } from "../../../scripts/stack/containers.ts";
import type { Lab } from "../support/lab.ts";

const STATE = join(PROJECT_ROOT, ".holdfast", "state", ".pulumi", "stacks", "holdfast");

interface Process {
  readonly command: string;
  readonly environment: string;
}

/** All processes of this machine, the lab's hosts included, with what others could read of them. */
async function processes(): Promise<readonly Process[]> {
  const words = async (pid: string, file: string) =>
    (await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")).replaceAll("\0", " ");
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return Promise.all(
    pids.map(async (pid) => ({
      command: await words(pid, "cmdline"),
      environment: await words(pid, "environ"),
    })),
  );
}

/** Who gets in, and what can be read where. */
export function securityTests(lab: Lab): void {
  /** Every secret of the stack in the clear, to look for where it must not be. */
  const secrets = async (): Promise<string[]> => {
    const stack = await lab.stack();
    const body = stack.sshPrivateKey.split("\n").filter((line) => line.length > 60);
    return [...Object.values(stack.passwords), ...body];
  };

  describe("what listens", () => {
    test("a port is open to those whom the flow table names, and closed to all other hosts", async () => {
      const { hosts } = await lab.stack();
      const flows = flowTable([], []);
      const ports = [...new Set(Object.values(PORTS))];
      const pairs = hosts.flatMap((from) =>
        hosts.filter((to) => to.name !== from.name).map((to) => ({ from, to })),
      );
      const wrong = await Promise.all(
        pairs.map(async ({ from, to }) => {
          const { stdout } = await lab.on(
            from.name,
            ports
              .map(
                (port) => `(timeout 2 bash -c '</dev/tcp/${to.address}/${port}') 2>/dev/null && echo ${port}`,
              )
              .join("\n"),
            120,
          );
          const open = stdout.split("\n").filter(Boolean).map(Number).sort();
          const clients = from.role === "database" || from.role === "proxy" || from.role === "operations";
          const expected = ports
            .filter((port) =>
              flows.some(
                (flow) =>
                  flow.to === to.role &&
                  flow.port === port &&
                  // The lab's whole network counts as clients.
                  (flow.from === from.role || (clients && flow.from === "clients")),
              ),
            )
            .sort();
          return JSON.stringify(open) === JSON.stringify(expected)
            ? []
            : [`${from.name} → ${to.name}: open ${open.join(" ")}, expected ${expected.join(" ")}`];
        }),
      );
      expect(wrong.flat()).toEqual([]);
    });

    test("nothing of the lab is published but on loopback", async () => {
      const { stdout } = await podman([
        "ps",
        "--filter",
        `label=holdfast=${lab.name}`,
        "--format",
        "{{.Ports}}",
      ]);
      const published = stdout
        .split(/[\n,]/)
        .map((each) => each.trim())
        .filter(Boolean);
      expect(published.length).toBeGreaterThan(6);
      expect(published.filter((each) => !each.startsWith("127.0.0.1:"))).toEqual([]);
    });

    test("Patroni and etcd turn away who has no certificate of the cluster", async () => {
      const [db] = (await lab.stack()).hosts;
      const { stdout } = await lab.on(
        "db-2",
        `for url in https://${db?.address}:8008/patroni https://${db?.address}:2379/version; do
           curl --silent --output /dev/null --max-time 3 --cacert /etc/postgresql/tls/ca.crt $url; echo $?
           curl --silent --output /dev/null --max-time 3 --cacert /etc/postgresql/tls/ca.crt \\
             --cert /etc/postgresql/tls/server.crt --key /etc/postgresql/tls/server.key $url; echo $?
         done`,
      );
      const [patroniWithout, patroniWith, etcdWithout, etcdWith] = stdout.trim().split("\n");
      expect([patroniWith, etcdWith]).toEqual(["0", "0"]);
      expect([patroniWithout, etcdWithout]).not.toContain("0");
    });

    test("the superuser does not come in over the network, and nobody without TLS", async () => {
      const [db] = (await lab.stack()).hosts;
      const attempt = async (options: string) =>
        (
          await lab.on(
            "proxy-1",
            `PGCONNECT_TIMEOUT=3 psql "host=${db?.address} ${options}" -c 'SELECT 1' 2>&1`,
          )
        ).stdout;
      expect(await attempt("dbname=postgres user=postgres sslmode=require")).toContain("pg_hba.conf rejects");
      expect(await attempt("dbname=app user=app_owner sslmode=disable")).toContain("pg_hba.conf rejects");
    });

    test("data checksums are on, and passwords are kept as SCRAM verifiers only", async () => {
      expect(await lab.sql("db-1", "SHOW data_checksums")).toBe("on");
      expect(
        await lab.sql(
          "db-1",
          "SELECT count(*) FROM pg_authid WHERE rolpassword IS NOT NULL AND rolpassword NOT LIKE 'SCRAM-SHA-256$%'",
        ),
      ).toBe("0");
    });
  });

  describe("secrets", () => {
    test("are in no process list, log or world-readable file of a host, nor in an environment", async () => {
      const patterns = (await secrets()).join("\n");
      const { hosts } = await lab.stack();
      for (const host of hosts) {
        const { stdout } = await lab.on(
          host.name,
          `umask 077; patterns=$(mktemp); cat >$patterns <<'PATTERNS'\n${patterns}\nPATTERNS
           found() { if grep -qF -f $patterns; then echo "$1"; fi; }
           for process in /proc/[0-9]*; do
             pid=\${process#/proc/}
             if [[ $pid == $$ || $pid == $PPID ]]; then continue; fi
             tr '\\0' '\\n' 2>/dev/null <$process/cmdline | found "command line of $pid"
             tr '\\0' '\\n' 2>/dev/null <$process/environ | found "environment of $pid"
           done
           journalctl --no-pager --output cat | found journal
           find / -xdev -type f -perm /o+r -newer /etc/hostname -not -path '/proc/*' -not -path '/sys/*' -size -2M \\
             -exec grep -lF -f $patterns {} + 2>/dev/null
           find /srv -type f -perm /o+r -size -2M -exec grep -lF -f $patterns {} + 2>/dev/null
           rm -f $patterns`,
          120,
        );
        expect(stdout, host.name).toBe("");
      }
    });

    test("are in no command line or environment on this machine while an update runs", async () => {
      const wanted = [
        ...(await secrets()),
        await readFile(join(PROJECT_ROOT, ".holdfast", "passphrase"), "utf8"),
      ];
      const steps = ["postgres-reload", "postgres-restart"];
      const urns = steps.map(
        (step) => `--replace "$(pulumi stack --show-urns | grep -o 'urn:.*::${step}$')"`,
      );
      const running = lab.activated(`pulumi up --yes --skip-preview --suppress-outputs ${urns.join(" ")}`);
      let ended = false;
      void running.finally(() => {
        ended = true;
      });
      const moment = () => new Promise((resolve) => setTimeout(resolve, 50));
      const seen = new Set<string>();
      const leaks = new Set<string>();
      for (; !ended; await moment()) {
        for (const { command, environment } of await processes()) {
          if (command.includes("scripts/operations/in-effect.ts"))
            seen.add(command.trim().split(" ").at(-1) ?? "");
          for (const secret of wanted) {
            if (`${command}\n${environment}`.includes(secret.trim())) leaks.add(command.slice(0, 80));
          }
        }
      }
      const { code, stdout } = await running;
      expect(code, stdout).toBe(0);
      expect(seen).toEqual(new Set(["reload", "restart"]));
      expect([...leaks]).toEqual([]);
    });

    test("are not among the server's statistics of statements", async () => {
      const { leader } = await lab.status();
      const query =
        "\\connect app\nSELECT count(*) FROM pg_stat_statements WHERE query ~* 'password .?[a-z0-9]{20}'";
      expect(await lab.sql(String(leader), query)).toBe("0");
    });

    test("are in the state only encrypted, and the passphrase is for its owner alone", async () => {
      const state = await readFile(join(STATE, `${lab.name}.json`), "utf8");
      expect(state).toContain("ciphertext");
      for (const secret of await secrets()) {
        expect(state.includes(secret)).toBe(false);
      }
      expect(state).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
      const passphrase = await stat(join(PROJECT_ROOT, ".holdfast", "passphrase"));
      expect(passphrase.mode & 0o777).toBe(0o600);
    });

    test("private keys of hosts are nowhere but on their hosts", async () => {
      const exported = await lab.activated("pulumi stack export --show-secrets");
      const keys = exported.stdout.match(/BEGIN [A-Z ]*PRIVATE KEY/g) ?? [];
      // The authority's key and the administrators' SSH key, each as output and as input of those who use it.
      expect(new Set(keys)).toEqual(new Set(["BEGIN PRIVATE KEY", "BEGIN OPENSSH PRIVATE KEY"]));
      const { stdout } = await lab.on("db-1", "cat /etc/postgresql/tls/server.key | sed -n 2p");
      expect(stdout.trim().length).toBeGreaterThan(20);
      expect(exported.stdout.includes(stdout.trim())).toBe(false);
    });

    test("are not in what a preview shows", async () => {
      const preview = await lab.activated("pulumi preview --diff --show-sames --non-interactive");
      for (const secret of await secrets()) {
        expect(preview.stdout.includes(secret)).toBe(false);
      }
    });
  });
}
