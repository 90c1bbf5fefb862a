import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NOTIFY } from "../../../components/jobs/names.ts";
import { METRICS_FOLDER } from "../../../components/paths.ts";
import type { Lab } from "../support/lab.ts";

const SINK = `
import http.server
class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open("/run/told", "a") as file:
            file.write(self.path + " " + body + chr(10))
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 8099), Sink).serve_forever()
`;

/** Scheduled jobs as systemd runs them, with somebody who is told of them. */
export function jobTests(lab: Lab): void {
  const told = async () => (await lab.on("ops-1", "cat /run/told; : >/run/told")).stdout;

  describe("a scheduled job", () => {
    beforeAll(async () => {
      const { code, stderr } = await lab.on(
        "ops-1",
        `cp -a ${NOTIFY} /run/notify.json && cp -a /etc/holdfast/restore.json /run/restore.json
         jq '. + { slack: { url: "http://127.0.0.1:8099/slack" },
                   pagerduty: { url: "http://127.0.0.1:8099/pd", routingKey: "key" } }' /run/notify.json >${NOTIFY}
         : >/run/told
         systemd-run --quiet --unit=sink python3 -c '${SINK}'
         for _ in $(seq 50); do ss -ltn | grep -q :8099 && exit 0; sleep 0.1; done; exit 1`,
      );
      expect(code, stderr).toBe(0);
    });
    afterAll(() =>
      lab.on(
        "ops-1",
        `systemctl stop sink; cp -a /run/notify.json ${NOTIFY}; cp -a /run/restore.json /etc/holdfast/restore.json`,
      ),
    );

    test("runs at its times", async () => {
      const { stdout } = await lab.on(
        "ops-1",
        "systemctl list-timers --no-legend 'barman-*' 'bucket-*' 'restore-*' | grep -o '[a-z-]*\\.timer' | sort; date --date \"$(systemctl show restore-test.timer --property NextElapseUSecRealtime --value)\" '+%a %H:%M'",
      );
      expect(stdout.trim().split("\n")).toEqual([
        "barman-backup.timer",
        "barman-check.timer",
        "barman-cron.timer",
        "bucket-expiry.timer",
        "restore-test.timer",
        "Sun 04:00",
      ]);
    });

    test("that succeeds is noted, and told of where the configuration says so", async () => {
      const ran = await lab.on("ops-1", "systemctl start restore-test", 300);
      expect(ran.code, ran.stderr).toBe(0);
      expect((await lab.on("ops-1", `cat ${METRICS_FOLDER}/job-restore-test.prom`)).stdout).toContain(
        'holdfast_job_success{job="restore-test"} 1\n',
      );
      expect(await told()).toMatch(
        new RegExp(`^/slack \\{"text": "${lab.name}: restore-test succeeded after \\d+ s"\\}\n$`),
      );
      expect((await lab.on("ops-1", "systemctl start barman-check", 60)).code).toBe(0);
      expect(await told()).toBe("");
    });

    test("that fails, as a restore test with a wrong answer, is told of with its reason, and then of its end", async () => {
      const ask = (expected: string) =>
        lab.on(
          "ops-1",
          `jq '.queries = [{ database: "app", sql: "SELECT 6 * 7", expect: "${expected}" }]' /run/restore.json >/etc/holdfast/restore.json
           systemctl start restore-test`,
          300,
        );
      expect((await ask("41")).code).not.toBe(0);
      const [slack = "", pagerduty = ""] = (await told()).trim().split("\n");
      expect(slack).toContain(`${lab.name}: restore-test failed (exit code 3) after`);
      expect(slack).toContain("app: SELECT 6 * 7: expected '41', got '42'");
      expect(JSON.parse(pagerduty.replace("/pd ", ""))).toMatchObject({
        event_action: "trigger",
        dedup_key: `holdfast/${lab.name}/restore-test`,
      });
      expect((await ask("42")).code).toBe(0);
      expect(await told()).toMatch(/^\/slack .*succeeded.*\n\/pd .*"event_action": "resolve"/);
    });
  });
}
