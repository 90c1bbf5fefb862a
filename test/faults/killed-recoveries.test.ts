import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAINTENANCE_MARK } from "../../components/paths.ts";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { BackupSite } from "../lab/support/backup-site.ts";
import { Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { restoreTools } from "../lab/support/restore-tools.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };
const TIMEOUT_MS = 600_000;
const ROWS = 1000;

/** Killed at any of its steps, a recovery of the whole cluster leaves a way back that loses nothing. */
describe("a recovery in place that is killed", () => {
  const lab = new Lab(labName("-r"));
  const site = new BackupSite(lab);
  const { application } = restoreTools(lab);
  let moment = "";

  beforeAll(async () => {
    await removeLeftovers();
    await lab.configure(SETTINGS);
    const up = await lab.holdfast("up");
    if (up.code !== 0) throw new Error(`the lab ${lab.name} did not come up:\n${up.stdout}\n${up.stderr}`);
    await application(`CREATE TABLE kept AS SELECT g AS n FROM generate_series(1, ${ROWS}) g`);
    moment = await application("SELECT clock_timestamp()::text AS value");
    await application("CREATE TABLE too_late AS SELECT 1 AS n");
    await site.endFileInBucket();
  });
  afterAll(() => lab.remove());

  const killedAt = async (line: string) => {
    const command = ["restore", "run", "--stack", lab.name, "--to", moment, "--into", "cluster"];
    const killed = execa("./holdfast", [...command, "--confirm", lab.name], {
      cwd: PROJECT_ROOT,
      reject: false,
      stdin: "ignore",
      detached: true,
    });
    let said = "";
    const reached = new Promise<boolean>((resolve) => {
      killed.stderr.on("data", (text: Buffer) => {
        said += text.toString();
        if (said.includes(line)) resolve(true);
      });
      killed.once("close", () => resolve(false));
    });
    expect(await reached, said).toBe(true);
    process.kill(-Number(killed.pid), "SIGKILL");
    await killed;
  };

  const inMaintenance = async () => {
    const { hosts } = await lab.stack();
    const members = hosts.filter(({ role }) => role === "database").map(({ name }) => name);
    const marked = await Promise.all(
      members.map(
        async (name) => [name, (await lab.on(name, `test -e ${MAINTENANCE_MARK}`)).code === 0] as const,
      ),
    );
    return marked.filter(([, mark]) => mark).map(([name]) => name);
  };

  /** All rows are there, those of after the moment too, on a whole cluster that takes more. */
  const nothingLost = async () => {
    expect((await wholeCluster(lab, 120)).members).toHaveLength(3);
    expect(await inMaintenance()).toEqual([]);
    expect(await application("SELECT count(*)::text AS value FROM kept")).toBe(String(ROWS));
    expect(await application("SELECT count(*)::text AS value FROM too_late")).toBe("1");
    await application("CREATE TABLE again (n int)");
    await application("DROP TABLE again");
    // What is ahead of the next moment has to be in the bucket, as of any other data.
    await site.endFileInBucket();
  };

  test(
    "while the restored data is copied: nothing has happened to the cluster",
    async () => {
      await killedAt("copies the restored data beside its own");
      const undone = await site.restore("undo", "--confirm", lab.name);
      expect(undone.stderr).toContain("no member has data from before a recovery; nothing was done");
      await nothingLost();
    },
    TIMEOUT_MS,
  );

  test(
    "while all members stop: they go on when they are told to, the one that led first",
    async () => {
      const { leader } = await wholeCluster(lab, 60);
      await killedAt("all members stop");
      const undone = await site.restore("undo", "--confirm", lab.name);
      expect(undone.stderr).toContain("no member has data from before a recovery; nothing was done");
      const others = (await inMaintenance()).filter((name) => name !== leader);
      for (const name of [String(leader), ...others]) {
        const off = await lab.holdfast("maintenance", name, "off", "--yes");
        expect(off.code, off.stderr).toBe(0);
      }
      await nothingLost();
    },
    TIMEOUT_MS,
  );

  test.each(["starts, alone", "leads with the other data"])(
    'at "%s": the way back is whole',
    async (line) => {
      await killedAt(line);
      const undone = await site.restore("undo", "--confirm", lab.name);
      expect(undone.code, undone.stderr).toBe(0);
      await nothingLost();
    },
    TIMEOUT_MS,
  );
});
