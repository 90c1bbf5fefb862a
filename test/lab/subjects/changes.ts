import { afterAll, describe, expect, test } from "vitest";
import { eventually, type Lab, wholeCluster } from "../support/lab.ts";
import { Terminal } from "../support/terminal.ts";

const MEMBERS = ["db-1", "db-2", "db-3"];

/** Changes of a running cluster: shown before, applied without a restart, refused when wrong, undone when they fail. */
export function changeTests(lab: Lab, settings: Readonly<Record<string, unknown>>): void {
  const started = () =>
    Promise.all(MEMBERS.map((host) => lab.sql(host, "SELECT pg_postmaster_start_time()")));
  const onAll = (query: string) => Promise.all(MEMBERS.map((host) => lab.sql(host, query)));

  describe("a changed setting", () => {
    test("is shown as the lines of the files that change, then applied to every member by a reload", async () => {
      const before = await started();
      await lab.configure({
        ...settings,
        postgres: { settings: { work_mem: "7MB", log_lock_waits: "off" } },
      });
      const preview = await lab.activated("pulumi preview --diff --non-interactive");
      expect(preview.code, preview.stdout).toBe(0);
      expect(preview.stdout).toMatch(/^ *- +work_mem: \S+MB$/m);
      expect(preview.stdout).toMatch(/^ *\+ +work_mem: 7MB$/m);
      expect(preview.stdout).toMatch(/\+ +"log_lock_waits": "off"/);

      const up = await lab.holdfast("up");
      expect(up.code, up.stderr).toBe(0);
      // As the engine's own diagnostics, in the update too.
      expect(up.stdout).toMatch(/^ +warning: .*work_mem \S+ → 7MB: reload on db-1, db-2, db-3/m);
      expect(await onAll("SHOW work_mem")).toEqual(["7MB", "7MB", "7MB"]);
      expect(await onAll("SHOW log_lock_waits")).toEqual(["off", "off", "off"]);
      expect(await started()).toEqual(before);
      expect((await lab.holdfast("up")).stdout).toContain("Nothing changes");
    });

    test("goes when it is taken out of the configuration", async () => {
      await lab.configure(settings);
      expect((await lab.holdfast("up")).code).toBe(0);
      expect(await onAll("SHOW log_lock_waits")).toEqual(["on", "on", "on"]);
    });
  });

  describe("an update at a terminal", () => {
    const workMem = (work_mem: string) =>
      lab.configure({ ...settings, postgres: { settings: { work_mem } } });
    afterAll(() => lab.configure(settings));

    test.each([
      ["a no", "no\r"],
      ["an interrupt", "\u0003"],
      ["the end of input", "\u0004"],
    ])("is not done after %s", async (_, answer) => {
      const before = await onAll("SHOW work_mem");
      await workMem("3MB");
      const terminal = new Terminal("up", "--stack", lab.name);
      await terminal.answers("Do it? (yes/no)", answer);
      expect(await terminal.code(), terminal.shown).toBe(1);
      expect(terminal.shown).toContain("nothing was done");
      expect(terminal.shown).not.toMatch(/^ +at /m);
      expect(await onAll("SHOW work_mem")).toEqual(before);
    });

    test("is refused when the file has changed since it was shown", async () => {
      const before = await onAll("SHOW work_mem");
      await workMem("3MB");
      const terminal = new Terminal("up", "--stack", lab.name);
      await eventually("it asks", 60, async () => terminal.shown.includes("Do it? (yes/no)"));
      await workMem("9MB");
      await terminal.answers("Do it? (yes/no)", "yes\r");
      expect(await terminal.code(), terminal.shown).toBe(1);
      expect(terminal.shown).toContain("has changed since it was compared");
      expect(await onAll("SHOW work_mem")).toEqual(before);
    });
  });

  describe("a mistake", () => {
    afterAll(() => lab.configure(settings));

    test("in the configuration is refused before anything happens, all of it at once", async () => {
      await lab.configure({ ...settings, hosts: { database: { count: 2 } }, postgres: { verison: 17 } });
      const preview = await lab.activated("pulumi preview --non-interactive");
      expect(preview.code).not.toBe(0);
      expect(preview.stdout).toContain(`the configuration of the stack "${lab.name}" has 2 problems`);
      expect(preview.stdout).toMatch(/holdfast:hosts\.database\.count\s+found +2\s+allowed +3 or 5/);
      expect(preview.stdout).toMatch(/holdfast:postgres\.verison[\s\S]*next +rename "verison" to "version"/);
      await wholeCluster(lab, 30);
    });
  });
}
