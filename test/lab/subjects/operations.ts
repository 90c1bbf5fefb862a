import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually, type Lab, wholeCluster } from "../support/lab.ts";
import { Ledger } from "../support/ledger.ts";

const MEMBERS = ["db-1", "db-2", "db-3"];

/** What operators do to a running cluster: announced, then done one host after the other, with clients waiting. */
export function operationTests(lab: Lab, settings: Readonly<Record<string, unknown>>): void {
  const startTimes = () =>
    Promise.all(MEMBERS.map((host) => lab.sql(host, "SELECT pg_postmaster_start_time()")));
  const onAll = (query: string) => Promise.all(MEMBERS.map((host) => lab.sql(host, query)));

  /** Writes all the time while something is done; the writer must not see a single error. */
  const underWriter = async <T>(work: () => Promise<T>) => {
    const ledger = new Ledger(await lab.stack());
    await ledger.start();
    await eventually("the writer is under way", 20, async () => ledger.acknowledged > 50);
    const done = await work();
    const before = ledger.acknowledged;
    await eventually("writes go on", 30, async () => ledger.acknowledged > before + 20);
    const report = await ledger.stop();
    expect(report.missing).toEqual([]);
    expect(report.errors).toEqual([]);
    return { done, report };
  };

  describe("switchover", () => {
    test("moves the primary to the member that was named, and no client of the pools sees an error", async () => {
      const { members } = await wholeCluster(lab, 60);
      const to = String(members.find((member) => member.role !== "leader")?.name);
      const { done, report } = await underWriter(() => lab.holdfast("switchover", "--to", to, "--yes"));
      expect(done.code, done.stderr).toBe(0);
      expect(done.stdout).toMatch(
        new RegExp(`^${to} leads, db-\\d follows; writes through the pools waited`),
      );
      expect((await wholeCluster(lab, 10)).leader).toBe(to);
      process.stderr.write(`· switchover: ${report.longestGapMs} ms without a write\n`);
    });

    test("refuses, before anything is done, a member that leads already and one that is not there", async () => {
      const { leader } = await wholeCluster(lab, 60);
      const leads = await lab.holdfast("switchover", "--to", String(leader), "--yes");
      expect(leads.stderr).toContain(`${leader} leads already\nnext: name another member`);
      const unknown = await lab.holdfast("switchover", "--to", "db-9", "--yes");
      expect(unknown.stderr).toMatch(/db-9 cannot take over: .*\nnext: name one of: db-\d, db-\d/);
      expect((await lab.holdfast("switchover")).stderr).toContain("run the command again with --yes");
      expect((await wholeCluster(lab, 10)).leader).toBe(leader);
    });

    test("does not end a long transaction unless it is told to, and names it", async () => {
      const { leader } = await wholeCluster(lab, 60);
      const long = lab.holdfast("psql", "--", "-XAtqc", "SELECT pg_sleep(60)");
      const seen =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND xact_start < now() - interval '3 s'";
      await eventually(
        "the transaction is seen",
        20,
        async () => (await lab.sql(String(leader), seen)) === "1",
      );
      const refused = await lab.holdfast("switchover", "--yes");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /app_owner in app for \d+ s, active: SELECT pg_sleep\(60\)\nnext: .*--force/,
      );
      expect((await wholeCluster(lab, 10)).leader).toBe(leader);
      const forced = await lab.holdfast("switchover", "--yes", "--force");
      expect(forced.code, forced.stderr).toBe(0);
      expect((await long).code).not.toBe(0);
    });

    test("lets the clients go on even when the one who holds them is killed", async () => {
      await lab.on(
        "proxy-1",
        `(tail -f /dev/null | bash /usr/local/lib/holdfast/pools.sh hold 2 4) >/tmp/held 2>&1 &
         until grep -q held /tmp/held; do sleep 0.1; done
         pkill -KILL -f 'pools.sh hold'; pkill -f 'tail -f /dev/null'; true`,
      );
      const state =
        "runuser -u postgres -- psql -XAtq -h /run/pgbouncer -p 6432 -d pgbouncer -c 'SHOW STATE' | grep paused";
      await eventually(
        "the pools go on",
        15,
        async () => (await lab.on("proxy-1", state)).stdout === "paused|no\n",
      );
    });
  });

  describe("a setting that needs a restart", () => {
    const withConnections = (max_connections: number, more: object = {}) =>
      lab.configure({ ...settings, ...more, postgres: { settings: { max_connections } } });
    afterAll(async () => {
      await lab.configure(settings);
      await lab.holdfast("up");
    });

    test("is announced by both previews, with hosts and reason", async () => {
      await withConnections(110);
      const sentence =
        "max_connections 100 → 110: rolling restart of db-1, db-2, db-3 with one switchover, about 2 s without writes";
      expect((await lab.holdfast("preview")).stdout).toContain(`  - ${sentence}\n`);
      expect((await lab.activated("pulumi preview --non-interactive")).stdout).toContain(sentence);
    });

    test("is refused as a whole when the policy forbids restarts", async () => {
      await withConnections(110, { maintenance: { restarts: "never" } });
      const before = await startTimes();
      const refused = await lab.holdfast("up");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/may not: maintenance\.restarts is never; set it to anytime/);
      expect(
        await onAll("SELECT DISTINCT setting FROM pg_file_settings WHERE name = 'max_connections'"),
      ).toEqual(["100", "100", "100"]);
      expect(await startTimes()).toEqual(before);
    });

    test("is in effect everywhere afterwards, each server restarted once, and no client saw an error", async () => {
      await withConnections(110);
      const before = await startTimes();
      const { done, report } = await underWriter(() => lab.holdfast("up"));
      expect(done.code, done.stderr + done.stdout).toBe(0);
      expect(await onAll("SHOW max_connections")).toEqual(["110", "110", "110"]);
      const after = await startTimes();
      expect(after.filter((time, index) => time === before[index])).toEqual([]);
      process.stderr.write(`· rolling restart: ${report.longestGapMs} ms without a write\n`);
      expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
    });

    test("takes the primary first when it is lowered", async () => {
      await withConnections(100);
      const { leader } = await wholeCluster(lab, 60);
      const { done, report } = await underWriter(() => lab.holdfast("up"));
      expect(done.code, done.stderr + done.stdout).toBe(0);
      expect(done.stdout).toContain("restart of the primary in place");
      expect(await onAll("SHOW max_connections")).toEqual(["100", "100", "100"]);
      expect((await wholeCluster(lab, 10)).leader).toBe(leader);
      process.stderr.write(`· restart in place: ${report.longestGapMs} ms without a write\n`);
    });
  });

  describe("restart", () => {
    test("says that nothing waits, and restarts everything with --rolling", async () => {
      expect((await lab.holdfast("restart", "--yes")).stderr).toContain("no server waits for a restart");
      const before = await startTimes();
      const all = await lab.holdfast("restart", "--rolling", "--yes", "--json");
      expect(all.code, all.stderr).toBe(0);
      const { restarted, switchovers } = JSON.parse(all.stdout);
      expect([...restarted].sort()).toEqual(MEMBERS);
      expect(switchovers).toHaveLength(1);
      const after = await startTimes();
      expect(after.filter((time, index) => time === before[index])).toEqual([]);
    });
  });

  test("a query that runs on a standby for long is named before its server restarts, and goes on", async () => {
    await wholeCluster(lab, 60);
    const long = lab.holdfast("psql", "--reader", "--", "-XAtqc", "SELECT 'done' FROM pg_sleep(25)");
    const seen = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT ''done''%'";
    await eventually("the query runs", 20, async () =>
      (await Promise.all(["db-1", "db-2", "db-3"].map((name) => lab.sql(name, seen)))).includes("1"),
    );
    const refused = await lab.holdfast("restart", "--rolling", "--yes");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /transactions are running on db-\d that would be ended:\n {2}app_owner in app .*pg_sleep\(25\)/,
    );
    expect((await long).stdout).toBe("done");
  });

  describe("reinit", () => {
    test("refuses the leader, and copies a standby's data again", async () => {
      const { leader, members } = await wholeCluster(lab, 60);
      expect((await lab.holdfast("reinit", String(leader), "--yes")).stderr).toContain(
        "leads, and its data is",
      );
      expect((await lab.holdfast("reinit", "proxy-1", "--yes")).stderr).toContain("proxy-1 has no database");
      const standby = String(members.find((member) => member.name !== leader)?.name);
      await lab.on(standby, "touch /srv/data/postgresql/17/old-data");
      const done = await lab.holdfast("reinit", standby, "--yes");
      expect(done.code, done.stderr).toBe(0);
      expect((await lab.on(standby, "test -e /srv/data/postgresql/17/old-data")).code).toBe(1);
      await wholeCluster(lab, 10);
    });
  });

  describe("maintenance", () => {
    let host = "";
    beforeAll(async () => {
      host = String((await wholeCluster(lab, 60)).leader);
    });
    afterEach(() => wholeCluster(lab, 120).catch(() => undefined));

    test("takes the leader out of service after a switchover, over a reboot and an update, and back", async () => {
      const { done } = await underWriter(() => lab.holdfast("maintenance", host, "on", "--yes"));
      expect(done.code, done.stderr).toBe(0);
      expect((await lab.status()).leader).not.toBe(host);
      await lab.container("stop", host);
      await lab.container("start", host);
      await eventually("the host answers", 30, async () => (await lab.on(host, "true")).code === 0);
      const up = await lab.holdfast("up");
      expect(up.code, up.stderr).toBe(0);
      expect(up.stdout).toContain(`${host}  in maintenance`);
      expect((await lab.on(host, "systemctl is-active patroni")).stdout.trim()).toBe("inactive");
      // With one out of service, the other standby has the only other copy.
      const { leader } = await lab.status();
      const last = ["db-1", "db-2", "db-3"].find((name) => name !== host && name !== leader) ?? "";
      const reinit = await lab.holdfast("reinit", last, "--yes");
      expect(reinit.code).toBe(1);
      expect(reinit.stderr).toContain(`this was not begun: ${host} is in maintenance`);
      // To be said again, as after a step that did not end.
      expect((await lab.holdfast("maintenance", host, "on", "--yes")).stdout).toContain("is in maintenance");

      const off = await lab.holdfast("maintenance", host, "off");
      expect(off.code, off.stderr).toBe(0);
      expect((await wholeCluster(lab, 30)).members.find((member) => member.name === host)?.state).toBe(
        "streaming",
      );
    });

    test("takes a proxy out of service: its clients find the other one", async () => {
      expect((await lab.holdfast("maintenance", "proxy-1", "on", "--yes")).code).toBe(0);
      expect((await lab.holdfast("psql", "--", "-XAtc", "SELECT 1")).stdout).toBe("1");
      const off = await lab.holdfast("maintenance", "proxy-1", "off");
      expect(off.code, off.stderr).toBe(0);
      expect((await lab.on("proxy-1", "systemctl is-active pgbouncer@writer haproxy")).stdout).toBe(
        "active\nactive\n",
      );
    });
  });
}
