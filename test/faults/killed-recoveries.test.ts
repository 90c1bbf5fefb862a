import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAINTENANCE_MARK } from "../../components/paths.ts";
import { PROJECT_ROOT } from "../../scripts/project.ts";
import { BackupSite } from "../lab/support/backup-site.ts";
import { eventually, Lab, wholeCluster } from "../lab/support/lab.ts";
import { labName, removeLeftovers } from "../lab/support/machine.ts";
import { restoreTools } from "../lab/support/restore-tools.ts";

const SETTINGS = { availability: { durability: "strict", rto: "fast" } };
const TIMEOUT_MS = 600_000;
const ROWS = 1000;
const NOTHING_KEPT = "no member has data from before a recovery; the cluster's data is what it was";

/** Killed at these of its steps, a recovery of the whole cluster leaves a way back that loses nothing. */
describe("a recovery in place that is killed", () => {
  const lab = new Lab(labName("-r"));
  const site = new BackupSite(lab);
  const { application, nothingLeft } = restoreTools(lab);
  const restoreUndo = () => site.restore("undo", "--confirm", lab.name);
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

  /** Killed with all its children when it says this, and when that has come about. */
  const killedAt = async (line: string, come: () => Promise<boolean> = async () => true) => {
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
    await eventually(`what is to be killed has come to "${line}"`, 60, come);
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

  /** Neither a restored server, nor a copy of its data on any member. */
  const nothingLeftOver = async () => {
    await nothingLeft("cluster");
    for (const name of ["db-1", "db-2", "db-3"]) {
      expect((await lab.on(name, "test -e /srv/data/recovered")).code, name).toBe(1);
    }
  };

  /** All rows are there, those of after the moment too, on a whole cluster that takes more. */
  const nothingLost = async () => {
    expect((await wholeCluster(lab, 120)).members).toHaveLength(3);
    expect(await inMaintenance()).toEqual([]);
    expect(await application("SELECT count(*)::text AS value FROM kept")).toBe(String(ROWS));
    expect(await application("SELECT count(*)::text AS value FROM too_late")).toBe("1");
    await application("CREATE TABLE again (n int)");
    await application("DROP TABLE again");
    await nothingLeftOver();
    // What is ahead of the next moment has to be in the bucket, as of any other data.
    await site.endFileInBucket();
  };

  test(
    "while the restored data is copied: nothing has happened to the cluster",
    async () => {
      await killedAt("copies the restored data beside its own");
      expect((await restoreUndo()).stderr).toContain(NOTHING_KEPT);
      await nothingLost();
    },
    TIMEOUT_MS,
  );

  test.each([
    ["standbys", 1],
    ["all members", 3],
  ])(
    "when %s have been told to stop: they go on when they are told to, the one that led first",
    async (_, marked) => {
      const { leader } = await wholeCluster(lab, 60);
      await killedAt("all members stop", async () => (await inMaintenance()).length >= marked);
      const undone = await restoreUndo();
      const stopped = await inMaintenance();
      // The last one to stop may have begun with the exchange by then.
      if (undone.code !== 0) {
        expect(undone.stderr).toContain(NOTHING_KEPT);
        expect(stopped.length).toBeGreaterThanOrEqual(marked);
      }
      const first = stopped.filter((name) => name === leader);
      for (const name of [...first, ...stopped.filter((each) => each !== leader)]) {
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
      const undone = await restoreUndo();
      expect(undone.code, undone.stderr).toBe(0);
      await nothingLost();
    },
    TIMEOUT_MS,
  );
});
