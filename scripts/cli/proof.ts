import { randomUUID } from "node:crypto";
import pg from "pg";
import { report, UserError } from "../report.ts";
import { connect, ownerOf } from "../stack/endpoint.ts";
import { type MemberFacts, memberFacts } from "../stack/facts.ts";
import type { Stack } from "../stack/outputs.ts";
import { hostAt, IN_MAINTENANCE, type MemberStatus, membersFrom } from "./status.ts";

const WAIT_MS = 60_000;
const POLL_MS = 500;
/** Until Patroni has named a standby so, a commit is acknowledged without it. */
const SYNCHRONOUS: readonly string[] = ["quorum_standby", "sync_standby"];

export interface Proof {
  readonly members: readonly (MemberStatus & { readonly banner: string })[];
  readonly writtenThrough: string;
  readonly readThrough: string;
  readonly readAfterMs: number;
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
  return { members, ...(await writeAndRead(stack)) };
}

async function wholeCluster(stack: Stack): Promise<readonly MemberFacts[]> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const facts = await memberFacts(stack);
    // One that an operator took out of service is not missing.
    const members = membersFrom(facts).filter((member) => member.state !== IN_MAINTENANCE);
    const leaders = members.filter((member) => member.role === "leader" && member.state === "running");
    const standbys = members.filter(
      (member) =>
        member.state === "streaming" && (stack.durability === "async" || SYNCHRONOUS.includes(member.role)),
    );
    const healthy = facts.every((each) => each.etcdHealthy);
    if (healthy && leaders.length === 1 && standbys.length === members.length - 1) {
      return facts;
    }
    if (Date.now() > deadline) {
      const seen = members.map(
        (member) => `${member.name}: ${member.role}, ${member.problem ?? member.state}, etcd ${member.etcd}`,
      );
      throw new UserError(
        `after ${WAIT_MS / 1000} s there is not one leader with all others streaming${stack.durability === "async" ? "" : " as synchronous standbys"} (${seen.join("; ")})`,
        "look at a member's log: ./holdfast ssh HOST sudo journalctl -u patroni -n 50",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function writeAndRead(stack: Stack): Promise<Omit<Proof, "members">> {
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
        report(
          `the proof's table ${table} is left: ${error instanceof Error ? error.message : String(error)}`,
        ),
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
      if (Date.now() - started > WAIT_MS) {
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
export function renderProof(stack: Pick<Stack, "name" | "clusterName">, proof: Proof): string {
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

Next:

  ./holdfast psql${option}
  ./holdfast status${option}
  ./holdfast preview${option}
  ./holdfast destroy${option}
`;
}

function renderPending(proof: Proof, option: string): string {
  const waiting = proof.members.filter((member) => member.pendingRestart).map((member) => member.name);
  return waiting.length === 0
    ? ""
    : `  settings wait for a restart of PostgreSQL on ${waiting.join(", ")}: ./holdfast restart${option}\n\n`;
}
