import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { notificationsSchema } from "../../../components/jobs/schema.ts";
import { renderAlertmanager } from "../../../components/monitoring/alertmanager.ts";
import { EVENTS, NOTIFICATION_TEST } from "../../../components/monitoring/names.ts";
import { INHIBITION } from "../../../components/monitoring/rules/inhibition.ts";
import { HOST_IMAGE } from "../../../scripts/setup/host-image.ts";
import { podmanCommand } from "../../../scripts/stack/containers.ts";
import { ALERT_CASES } from "../../support/alerts/cases.ts";
import { GROUPS } from "../../support/alerts/facts.ts";
import { promtoolFiles, RULES_FILE } from "../../support/alerts/promtool.ts";
import { SCENES } from "../../support/alerts/scenes.ts";
import { containerOptions } from "../../support/container-options.ts";
import { EVERY_WAY } from "../support/alert-sink.ts";
import { labName } from "../support/machine.ts";

/** What Prometheus' own tool says of the rules and of all their cases. Fails with what it says. */
export const checkRules = (): Promise<string> =>
  inContainer(
    promtoolFiles(GROUPS, ALERT_CASES, SCENES),
    `promtool check rules ${RULES_FILE} && promtool test rules ./*.test.yml`,
  );

/** To whom alerts with these labels lead, by the receiver's name. */
const ROUTES = [
  ...["HostDown", NOTIFICATION_TEST].map((alertname) => ({ alertname, severity: "critical", to: "pager" })),
  ...["DiskSpaceLow", NOTIFICATION_TEST].map((alertname) => ({ alertname, severity: "high", to: "channel" })),
  ...["IndexUnused", NOTIFICATION_TEST].map((alertname) => ({ alertname, severity: "medium", to: "digest" })),
  { alertname: "AlertmanagerFailing", severity: "high", to: "every-way" },
  { alertname: "Watchdog", severity: "none", to: "dead-mans-switch" },
  { alertname: EVENTS.leaderChanged, severity: "notice", to: "channel" },
  { alertname: EVENTS.unitCrashed, severity: "high", to: "channel" },
];

/** What Alertmanager's own tool says of its configuration and its routes. Fails with what it says. */
export const checkRoutes = (): Promise<string> =>
  inContainer(
    new Map([["alertmanager.yml", renderAlertmanager(notificationsSchema.parse(EVERY_WAY), INHIBITION)]]),
    [
      "amtool check-config alertmanager.yml",
      ...ROUTES.map(
        ({ alertname, severity, to }) =>
          `amtool config routes test --config.file alertmanager.yml --verify.receivers=${to} alertname=${alertname} severity=${severity}`,
      ),
    ].join(" && "),
  );

/** In a container of the host image without systemd and without a network. */
async function inContainer(files: ReadonlyMap<string, string>, command: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-rules-"));
  try {
    await Promise.all([...files].map(([name, text]) => writeFile(join(folder, name), text)));
    const script = `cd /input && ${command}`;
    const [program, ...rest] = podmanCommand([
      ...[
        "run",
        "--rm",
        ...containerOptions(),
        "--label",
        `holdfast=${labName("-rules")}`,
        "--network",
        "none",
      ],
      ...["--volume", `${folder}:/input:ro`, HOST_IMAGE, "bash", "-c", script],
    ]);
    const { stdout } = await execa(program, rest, { timeout: 280_000 });
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
