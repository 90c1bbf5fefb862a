import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { METRICS_FOLDER } from "../../../components/paths.ts";
import { BACKUP_REPORT, RECOVERY_WINDOW, REPORTS } from "../../../components/report/names.ts";
import type { BackupRow } from "../../../scripts/stack/restores.ts";
import type { Lab } from "../support/lab.ts";

/** What is told of backups, of a cluster whose backups have been restored. */
export function reportTests(lab: Lab): void {
  const restore = (verb: string, ...options: string[]) =>
    lab.machine("restore", verb, "--stack", lab.name, ...options);

  describe("the report of backups", () => {
    test("has the moments that can be recovered, the restores and the plots", async () => {
      const folder = await mkdtemp(join(tmpdir(), "holdfast-report-"));
      try {
        const ran = await restore("report", "--html", join(folder, "report.html"));
        expect(ran.code, ran.stderr).toBe(0);
        expect(ran.stdout).toMatch(
          /^\| every moment from \| \*\*\d{4}-\S+ \S+\*\* \| \*\*\d{4}-\S+ \S+\*\* \|$/m,
        );
        expect(ran.stdout).toMatch(/^\| \S+ \S+ \| test \| bucket \| .* \| good \|$/m);
        expect(ran.stdout).not.toContain("cannot be read");
        const html = await readFile(join(folder, "report.html"), "utf8");
        expect(html.match(/<svg /g)).toHaveLength(6);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    test("is written by its job for the month before, by the user of the backups", async () => {
      const { stdout, stderr, code } = await lab.on(
        "ops-1",
        `systemctl start ${BACKUP_REPORT} && stat -c '%U %n' ${REPORTS}/????-??.*
         date --date "$(systemctl show ${BACKUP_REPORT}.timer --property NextElapseUSecRealtime --value)" '+%d %H:%M'`,
      );
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(
        new RegExp(
          `^barman ${REPORTS}/\\d{4}-\\d\\d\\.html\nbarman ${REPORTS}/\\d{4}-\\d\\d\\.md\n01 06:00\n$`,
        ),
      );
    });

    test("has its figures as metrics every hour", async () => {
      const rows: BackupRow[] = JSON.parse((await restore("list", "--json")).stdout);
      const { stdout, stderr, code } = await lab.on(
        "ops-1",
        `systemctl start ${RECOVERY_WINDOW} && cat ${METRICS_FOLDER}/recovery-window-*.prom`,
      );
      expect(code, stderr).toBe(0);
      for (const place of ["bucket", "barman"]) {
        const [start = 0, end = 0] = ["start", "end"].map((name) =>
          Number(
            stdout
              .split(`holdfast_recovery_window_${name}_timestamp_seconds{place="${place}"} `)[1]
              ?.split("\n")[0],
          ),
        );
        const first = rows.find(
          ({ source, onTheWay, walMissing }) => source === place && onTheWay && walMissing === null,
        );
        expect(start).toBe(Math.round(Date.parse(first?.ended ?? "") / 1000));
        expect(end).toBeGreaterThanOrEqual(Math.floor(Date.parse(first?.walUntil ?? "") / 1000));
      }
    });
  });
}
