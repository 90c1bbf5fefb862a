import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { barmanFiles } from "../../../../components/barman/files.ts";
import { folder, plan, program, run, script } from "./scripts-in-folder.ts";

describe("before WAL is received", () => {
  const streaming = () => join(folder, "streaming");
  const aside = () => join(folder, "aside");
  /** The primary's timeline, how far it is, and what it says of the timelines before. */
  const receive = (file: string, timeline: number, flushed: string, history = "") => {
    mkdirSync(streaming(), { recursive: true });
    writeFileSync(join(streaming(), file), "wal");
    program(
      "psql",
      `case "\${!#}" in
IDENTIFY_SYSTEM) echo "7000|${timeline}|${flushed}|" ;;
TIMELINE_HISTORY*) printf '%s' '0000000${timeline}.history|${history}' ;;
SHOW*) echo 16MB ;;
esac`,
    );
    return run(
      script(barmanFiles(plan), "before-receive", { conninfo: "", streaming: streaming(), aside: aside() }),
      [],
    );
  };
  const HISTORY = "1\t0/3000000\tno recovery target\n2\t0/5000000\tno recovery target\n";

  test.each([
    ["of the primary's own timeline", "000000030000000000000007.partial", 3, "0/7000100", HISTORY],
    ["in which the primary left its timeline", "000000020000000000000005.partial", 3, "0/9000000", HISTORY],
    ["where nothing was received yet", ".history", 1, "0/9000000", ""],
  ])("goes on behind a file %s", (_, file, timeline, flushed, history) => {
    expect(receive(file, timeline, flushed, history).status).toBe(0);
    expect(existsSync(join(streaming(), file))).toBe(true);
  });

  test.each([
    ["behind which the primary left its timeline", "000000020000000000000006.partial", 3, HISTORY],
    ["of a timeline on which the primary never was", "000000040000000000000004.partial", 3, HISTORY],
    ["that is ahead of the primary on its own timeline", "00000003000000000000000A.partial", 3, HISTORY],
  ])("puts a file aside %s, and keeps it", (_, file, timeline, history) => {
    const { status, stderr } = receive(file, timeline, "0/9000000", history);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`${file} is ahead of the primary, which is on timeline 3`);
    expect(existsSync(join(streaming(), file))).toBe(false);
    expect(readdirSync(aside()).map((name) => name.startsWith(`${file}.2`))).toEqual([true]);
  });

  test("waits until a whole file that is ahead has been taken into the catalogue", () => {
    const file = "000000020000000000000006";
    expect(receive(file, 3, "0/9000000", HISTORY)).toMatchObject({ status: 1 });
    expect(existsSync(join(streaming(), file))).toBe(true);
  });

  test("looks at the newest file alone, whatever its timeline is", () => {
    mkdirSync(streaming(), { recursive: true });
    writeFileSync(join(streaming(), "000000020000000000000006"), "wal");
    expect(receive("000000030000000000000007.partial", 3, "0/7000100", HISTORY).status).toBe(0);
  });

  test("leaves it to the receiver to say that the primary does not answer", () => {
    mkdirSync(streaming(), { recursive: true });
    receive("000000040000000000000004.partial", 3, "0/9000000");
    writeFileSync(join(streaming(), "000000040000000000000004.partial"), "wal");
    program("psql", "exit 2");
    const path = script(barmanFiles(plan), "before-receive", { streaming: streaming(), aside: aside() });
    expect(run(path, []).status).toBe(0);
  });
});
