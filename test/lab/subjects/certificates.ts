import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, ownerOf } from "../../../scripts/stack/endpoint.ts";
import type { Endpoint } from "../../../scripts/stack/outputs.ts";
import { eventually, type Lab, wholeCluster } from "../support/lab.ts";
import { Prometheus } from "../support/prometheus.ts";

/** A client that stays connected and writes one row after the other, whatever happens to the certificates. */
class Writer {
  readonly problems: string[] = [];
  readonly backends = new Set<number>();
  rows = 0;
  readonly #client: pg.Client;
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(client: pg.Client) {
    this.#client = client;
    client.on("error", (error) => this.problems.push(error.message));
  }

  start(): void {
    this.#running = this.#write();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    await this.#client.end().catch(() => undefined);
  }

  async #write(): Promise<void> {
    while (!this.#stopping && this.problems.length === 0) {
      try {
        const { rows } = await this.#client.query<{ pid: number }>(
          "INSERT INTO renewed VALUES (1) RETURNING pg_backend_pid() AS pid",
        );
        for (const { pid } of rows) this.backends.add(pid);
        this.rows++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      } catch (error) {
        this.problems.push(String(error));
      }
    }
  }
}

/** Renewal, and another authority, under clients that stay connected. */
export function certificateTests(lab: Lab, settings: Readonly<Record<string, unknown>>): void {
  const MEMBERS = ["db-1", "db-2", "db-3"];
  const writers = new Map<Endpoint, Writer>();
  const update = async (tls: Readonly<Record<string, unknown>>) => {
    await lab.configure({ ...settings, tls });
    const started = Date.now();
    const ran = await lab.activated("pulumi up --yes --skip-preview --suppress-outputs");
    lab.forget();
    return { ...ran, seconds: (Date.now() - started) / 1000 };
  };
  const untouched = () =>
    Promise.all(MEMBERS.map((host) => lab.sql(host, "SELECT pg_postmaster_start_time()")));
  /** The certificates that a host shows, by port: issuer and serial number. */
  const shown = async () => {
    const { hosts } = await lab.stack();
    const ports = { database: "2379 2380 8008 5432", proxy: "5000 6432 6433 8404", operations: "" };
    const answers = await Promise.all(
      hosts.map(async ({ name, role, address }) => {
        const { stdout } = await lab.on(
          name,
          `key=$(ls /etc/{etcd/tls/etcd,haproxy/tls/haproxy}.key 2>/dev/null)
           for port in ${ports[role]}; do
             options=""
             if [[ $port == 5432 || $port == 5000 || $port == 643? ]]; then options="-starttls postgres"; fi
             openssl s_client -connect ${address}:$port $options -cert \${key%.key}.crt -key $key </dev/null 2>/dev/null |
               openssl x509 -noout -issuer -serial | paste -sd ' ' | sed "s/^/$port /"
           done`,
        );
        return stdout
          .trim()
          .split("\n")
          .filter(Boolean)
          .map((line) => `${name} ${line}`);
      }),
    );
    return answers.flat();
  };
  const calm = () => {
    for (const [endpoint, writer] of writers) expect([endpoint, writer.problems]).toEqual([endpoint, []]);
  };

  describe("certificates", () => {
    beforeAll(async () => {
      const stack = await lab.stack();
      const client = await connect(stack, "writer", ownerOf(stack));
      await client.query("CREATE TABLE renewed (a int)");
      await client.end();
      for (const endpoint of ["writer", "writerSession"] as const) {
        const writer = new Writer(await connect(stack, endpoint, ownerOf(stack)));
        writers.set(endpoint, writer);
        writer.start();
      }
    });
    afterAll(async () => {
      for (const writer of writers.values()) await writer.stop();
    });

    test("are signed anew on demand, by reloads that no client notices", async () => {
      const [before, started] = [await shown(), await untouched()];
      const renewed = await update({ generation: 2 });
      expect(renewed.code, renewed.stdout).toBe(0);
      const after = await shown();
      expect(after).toHaveLength(before.length);
      expect(after.filter((line) => before.includes(line))).toEqual([]);
      expect(await untouched()).toEqual(started);
      calm();
    });

    test("of an authority that other hosts do not trust yet are refused before anything changes", async () => {
      const before = await shown();
      const jumped = await update({ generation: 2, authorities: [2] });
      expect(jumped.code).not.toBe(0);
      expect(jumped.stdout).toMatch(
        /step tls: with its new certificates this host and db-\d \(\S+\) would not trust each other/,
      );
      expect(jumped.stdout).toContain(
        "next: change tls.authorities by updates that each succeed on all hosts",
      );
      expect(await shown()).toEqual(before);
      calm();
    });

    test("change their authority in three updates, without an error and with the same backend", async () => {
      const started = await untouched();
      const { leader } = await wholeCluster(lab, 30);
      const seconds: number[] = [];
      for (const authorities of [[1, 2], [2, 1], [2]]) {
        const changed = await update({ generation: 2, authorities });
        expect(changed.code, changed.stdout).toBe(0);
        calm();
        seconds.push(Math.round(changed.seconds));
      }
      for (const line of await shown()) expect(line).toMatch(/certificate authority 2 serial=/);
      expect(await untouched()).toEqual(started);
      const status = await wholeCluster(lab, 30);
      expect(status.leader).toBe(leader);
      expect(status.members.map((member) => member.etcd)).toEqual(["healthy", "healthy", "healthy"]);

      // With the new authority alone, which is all that the outputs name by now.
      const stack = await lab.stack();
      expect(stack.certificateAuthority.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
      for (const endpoint of ["writer", "writerSession"] as const) {
        await (await connect(stack, endpoint, ownerOf(stack))).end();
      }
      await eventually("Prometheus asks all of them as before", 30, async () => {
        const up = await new Prometheus(lab).query("up");
        return up.length > 0 && up.every(({ value }) => value === 1);
      });
      const session = writers.get("writerSession");
      expect(session?.backends.size).toBe(1);
      expect(session?.rows).toBeGreaterThan(500);
      calm();
      process.stderr.write(
        `· another authority: ${seconds.join(" + ")} s; ${session?.rows} rows in one session, ${writers.get("writer")?.rows} by the pool\n`,
      );
    });
  });
}
