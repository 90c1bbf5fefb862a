import { afterEach, describe, expect, test } from "vitest";
import { eventually, type Lab, wholeCluster } from "../support/lab.ts";
import { Ledger, type LedgerReport } from "../support/ledger.ts";

/** Any one host may go: the endpoints stay, no acknowledged row is lost, and what comes back joins by itself. */
export function failoverTests(lab: Lab): void {
  const lost: string[] = [];
  const kill = async (host: string) => {
    lost.push(host);
    await lab.container("kill", host);
  };
  const restore = async () => {
    for (const host of lost.splice(0)) {
      await lab.container("start", host);
    }
  };
  /** Writes before, during and after the loss of a host; the row count proves that writes went on. */
  const withLedger = async (fault: (ledger: Ledger) => Promise<void>): Promise<LedgerReport> => {
    const ledger = new Ledger(await lab.stack());
    await ledger.start();
    await eventually("the writer is under way", 20, async () => ledger.acknowledged > 50);
    await fault(ledger);
    const before = ledger.acknowledged;
    await eventually("writes go on", 90, async () => ledger.acknowledged > before + 50);
    return ledger.stop();
  };

  describe("the loss of a host", () => {
    afterEach(async () => {
      await restore();
      await wholeCluster(lab, 120);
    });

    test("the leader's: another leads, nothing acknowledged is lost, and it comes back as a standby", async () => {
      const { leader } = await wholeCluster(lab, 60);
      const report = await withLedger(() => kill(String(leader)));
      expect(report.missing).toEqual([]);
      process.stderr.write(
        `· leader's host killed: ${report.acknowledged} rows acknowledged, ${report.longestGapMs} ms without a write\n`,
      );
      await restore();
      const status = await wholeCluster(lab, 120);
      expect(status.leader).not.toBe(leader);
      expect(status.members.find((member) => member.name === leader)).toMatchObject({ state: "streaming" });
    });

    test("a standby's: the writer does not stop", async () => {
      const { leader, members } = await wholeCluster(lab, 60);
      const standby = members.find((member) => member.name !== leader);
      const report = await withLedger(() => kill(String(standby?.name)));
      expect(report.missing).toEqual([]);
      expect((await lab.status()).leader).toBe(leader);
    });

    test.each(["proxy-1", "proxy-2"])("%s: both endpoints answer through the other one", async (proxy) => {
      await kill(proxy);
      for (const option of [[], ["--reader"]]) {
        const { code, stdout, stderr } = await lab.holdfast("psql", ...option, "--", "-XAtc", "SELECT 1");
        expect([code, stdout], stderr).toEqual([0, "1"]);
      }
    });

    test("the operations host's: nobody notices", async () => {
      const report = await withLedger(() => kill("ops-1"));
      expect(report.missing).toEqual([]);
    });
  });
}
