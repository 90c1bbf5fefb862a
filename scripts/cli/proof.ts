import { randomUUID } from "node:crypto";
import pg from "pg";
import { everyProxyLeads } from "../operations/proxies.ts";
import { flaws } from "../operations/view.ts";
import { poll } from "../operations/wait.ts";
import { messageOf, report, UserError } from "../report.ts";
import { type AlertSeverity, Alerts } from "../stack/alerts.ts";
import { type BackupFacts, backupFacts } from "../stack/backups.ts";
import { connect, hostAt, ownerOf } from "../stack/endpoint.ts";
import { type MemberFacts, memberFacts } from "../stack/facts.ts";
import type { Stack } from "../stack/outputs.ts";
import { renderMonitoring } from "./monitoring.ts";
import { IN_MAINTENANCE, type MemberStatus, membersFrom } from "./status.ts";

const WAIT_SECONDS = 60;

export interface Proof {
  readonly members: readonly (MemberStatus & { readonly banner: string })[];
  readonly writtenThrough: string;
  readonly readThrough: string;
  readonly readAfterMs: number;
  readonly backups: BackupFacts | undefined;
  /** Severities of alerts that reach nobody. */
  readonly untold: readonly AlertSeverity[];
}

/**
 * Shows that the cluster does what it is for: every server answers, one leads and all others stream, and a row that
 * goes in through the writer endpoint comes out of the reader endpoint.
 */
export async function prove(stack: Stack): Promise<Proof> {
  const facts = await wholeCluster(stack);
  const members = membersFrom(facts).map((member, index) => ({
    ...member,
    banner: facts[index]?.server?.banner ?? "",
  }));
  const [done, backups, untold] = await Promise.all([
    writeAndRead(stack),
    backupFacts(stack),
    untoldOf(stack),
    everyProxyLeads(stack),
  ]);
  return { members, backups, untold, ...done };
}

async function untoldOf(stack: Stack): Promise<readonly AlertSeverity[]> {
  const receivers = await new Alerts(stack).receivers();
  return (["critical", "high", "medium"] as const).filter((severity) => receivers[severity].length === 0);
}

async function wholeCluster(stack: Stack): Promise<readonly MemberFacts[]> {
  let last: readonly string[] = [];
  const whole = await poll(WAIT_SECONDS, async () => {
    const facts = await memberFacts(stack);
    last = problemsOf(facts, stack.durability);
    return last.length === 0 ? facts : undefined;
  });
  if (whole !== undefined) return whole;
  throw new UserError(
    `after ${WAIT_SECONDS} s there is not one leader with all others streaming${stack.durability === "async" ? "" : " as synchronous standbys"}: ${last.join("; ")}`,
    "look at a member's log: ./holdfast logs HOST patroni",
  );
}

/** Why what the members say is not a whole cluster: pure. */
export function problemsOf(facts: readonly MemberFacts[], durability: Stack["durability"]): string[] {
  // One that an operator took out of service is not missing; its etcd votes all the same.
  const serving = facts.filter(({ inMaintenance }) => !inMaintenance);
  const view = serving.flatMap(({ patroni }) => patroni ?? []).at(0) ?? { members: [] };
  return [
    ...facts.flatMap(({ host, problem, etcdHealthy, server, inMaintenance }) => {
      if (problem !== undefined) return [problem];
      return [
        ...(etcdHealthy ? [] : [`etcd on ${host.name} is not healthy`]),
        ...(server === undefined && !inMaintenance ? [`PostgreSQL on ${host.name} does not answer`] : []),
      ];
    }),
    ...flaws(
      view,
      serving.map(({ host }) => host.name),
      durability,
    ),
  ];
}

async function writeAndRead(stack: Stack): Promise<Omit<Proof, "members" | "backups" | "untold">> {
  const login = ownerOf(stack);
  const row = randomUUID();
  const table = pg.escapeIdentifier(`holdfast_proof_${row.slice(0, 8)}`);
  const writer = await connect(stack, "writer", login);
  try {
    await writer.query(`CREATE TABLE ${table} (row uuid PRIMARY KEY)`);
    try {
      await writer.query(`INSERT INTO ${table} VALUES ($1)`, [row]);
      const { rows } = await writer.query<{ server: string }>("SELECT host(inet_server_addr()) AS server");
      const found = await readBack(stack, table, row);
      return { writtenThrough: hostAt(stack, rows[0]?.server) ?? "", ...found };
    } finally {
      // Over a connection of its own: this one may be what broke, and its error is the one to be seen.
      await dropTable(stack, table).catch((error: unknown) =>
        report(`the proof's table ${table} is left: ${messageOf(error)}`),
      );
    }
  } finally {
    await writer.end();
  }
}

async function dropTable(stack: Stack, table: string): Promise<void> {
  const client = await connect(stack, "writer", ownerOf(stack));
  try {
    await client.query(`DROP TABLE ${table}`);
  } finally {
    await client.end();
  }
}

async function readBack(
  stack: Stack,
  table: string,
  row: string,
): Promise<Pick<Proof, "readThrough" | "readAfterMs">> {
  const started = Date.now();
  const reader = await connect(stack, "reader", ownerOf(stack));
  try {
    for (;;) {
      // Replay is behind the commit by a moment, so the table itself may not be there yet.
      const { rows } = await reader
        .query<{ server: string }>(`SELECT host(inet_server_addr()) AS server FROM ${table} WHERE row = $1`, [
          row,
        ])
        .catch((error: unknown) => {
          if (error instanceof pg.DatabaseError && error.code === "42P01") return { rows: [] };
          throw error;
        });
      if (rows.length > 0) {
        return { readThrough: hostAt(stack, rows[0]?.server) ?? "", readAfterMs: Date.now() - started };
      }
      if (Date.now() - started > WAIT_SECONDS * 1000) {
        throw new UserError(
          "a row written through the writer did not appear at the reader",
          "look at ./holdfast status",
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await reader.end();
  }
}

/** What is shown at the end of an update: pure. */
export function renderProof(
  stack: Pick<Stack, "name" | "clusterName" | "monitoring" | "grafana">,
  proof: Proof,
): string {
  const option = stack.name === "local" ? "" : ` --stack ${stack.name}`;
  const lines = proof.members.map(({ name, role, state, banner }) =>
    state === IN_MAINTENANCE
      ? `  ${name}  in maintenance, until: ./holdfast maintenance${option} ${name} off`
      : `  ${name}  ${role.padEnd(15)} ${state.padEnd(10)} ${banner}`,
  );
  return `
The cluster "${stack.clusterName}" works:

${lines.join("\n")}

${renderPending(proof, option)}  a row written through the writer endpoint (${proof.writtenThrough}) was read back through the reader endpoint (${proof.readThrough}) ${proof.readAfterMs} ms later
  ${renderBackups(proof.backups)}
  ${renderMonitoring(stack).join("\n  ")}
${renderUntold(proof.untold)}
Next:

  ./holdfast psql${option}
  ./holdfast status${option}
  ./holdfast preview${option}
  ./holdfast destroy${option}
`;
}

function renderUntold(severities: readonly AlertSeverity[]): string {
  return severities.length === 0
    ? ""
    : `  NOBODY IS TOLD of ${severities.join(", ")} alerts: set notifications.slack, notifications.pagerduty or notifications.email\n`;
}

function renderPending(proof: Proof, option: string): string {
  const waiting = proof.members.filter((member) => member.pendingRestart).map((member) => member.name);
  return waiting.length === 0
    ? ""
    : `  settings wait for a restart of PostgreSQL on ${waiting.join(", ")}: ./holdfast restart${option}\n\n`;
}

const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");

function renderBackups(facts: BackupFacts | undefined): string {
  if (facts === undefined) return "BACKUPS: the operations host does not say that there is one";
  const { lastBackup, lastUpload, waiting } = facts;
  const wal = waiting === 0 ? "no WAL file waits" : `${waiting} WAL files wait`;
  return `the last base backup is in the bucket since ${time(lastBackup)}; ${wal}, the last one came at ${time(lastUpload)}`;
}
