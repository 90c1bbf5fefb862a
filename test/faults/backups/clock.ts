import { expect, test } from "vitest";
import { SCRATCH } from "../../../components/restore/names.ts";
import type { Scene } from "./scene.ts";

const HOUR = 3600;
/** All programs that begin from now on see another time; containers have no clock of their own. */
const PRELOAD = "/etc/ld.so.preload";
const SERVICES = "barman-ship barman-receive-wal";

/** The clock of the operations host is wrong. */
export function clockTests(scene: Scene): void {
  const { lab, site } = scene;

  const shift = (seconds: number) =>
    site.ops(
      `echo '${seconds < 0 ? "" : "+"}${seconds}s' >/etc/faketimerc
       find /usr/lib -name libfaketime.so.1 >${PRELOAD}
       systemctl set-environment FAKETIME_DONT_FAKE_MONOTONIC=1
       systemctl restart ${SERVICES}`,
    );
  const right = () =>
    site.ops(
      `rm -f ${PRELOAD} /etc/faketimerc; systemctl unset-environment FAKETIME_DONT_FAKE_MONOTONIC; systemctl restart ${SERVICES}`,
    );
  /** The job's own program, which says at once what its journal says at another time. */
  const backup = () =>
    lab.on("ops-1", "systemctl start --wait barman-backup; systemctl stop barman-backup-again.timer", 200);
  const ids = async () => (await site.backups()).map(({ id }) => id);
  const inTheFuture = async () => {
    // Not from the bucket: what has just been certified is not valid yet an hour before.
    const { code, stderr } = await site.restore("plan", "--from", "barman", "--to", "2126-01-01 00:00:00+00");
    expect([code, stderr.includes("is in the future")], stderr).toEqual([1, true]);
  };

  /** While the clock is wrong by this. */
  const off = async (seconds: number, work: () => Promise<void>) => {
    await scene.answering(`operations host's clock ${seconds} s off`, 3, async () => {
      try {
        await shift(seconds);
        const up = await lab.holdfast("up");
        expect(up.code).not.toBe(0);
        expect(up.stderr).toMatch(new RegExp(`ops-1 is 3[56]\\d\\d s ${seconds > 0 ? "ahead" : "behind"}`));
        await site.endFile();
        await inTheFuture();
        await work();
      } finally {
        await right();
      }
    });
    await site.emptied();
    await scene.whole();
    await scene.noHole("catalogue");
    await scene.noHole("bucket");
  };
  const refused = async () => {
    const before = await ids();
    await backup();
    expect(await ids()).toEqual(before);
    const said = await site.ops("journalctl --unit barman-backup --lines 20 --output cat --no-pager");
    expect(said).toMatch(/it is \d{8}T\d{6} on this host, which is not after the newest backup, /);
  };

  test("an hour off, behind and ahead: it is said, and no backup is taken that would make Barman remove WAL", async ({
    skip,
  }) => {
    const { code, stderr } = await lab.on(
      "ops-1",
      "test -e /usr/bin/faketime || { apt-get -qq update && apt-get -qq install -y faketime; } >/dev/null",
      120,
    );
    if (code !== 0) {
      process.stderr.write(`· no clock was put wrong: faketime cannot be had in the lab: ${stderr.trim()}\n`);
      skip();
    }
    const before = await ids();
    await off(-HOUR, refused);
    await off(HOUR, async () => {
      await backup();
      expect((await ids()).length).toBe(before.length + 1);
    });
    // It is named after a time that has not come yet.
    await refused();
    await scene.noHole("catalogue");
    await scene.proven(String((await ids()).at(-1)), "barman");
    expect(await site.ops(`ls -A ${SCRATCH}`)).toBe("");
  });
}
