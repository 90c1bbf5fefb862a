import { quote } from "../../components/remote/shell.ts";
import { report, UserError } from "../report.ts";
import { ownerOf } from "../stack/endpoint.ts";
import { memberFacts } from "../stack/facts.ts";
import { hostNamed, type Stack } from "../stack/outputs.ts";
import { pipe } from "../stack/pipe.ts";
import type { DoneRestore, Restores } from "../stack/restores.ts";
import { HostSession } from "../stack/ssh.ts";
import { membersFrom } from "./status.ts";

export interface Rescue {
  /** With its schema, or in public. */
  readonly table: string;
  readonly database: string | undefined;
}

// Programs of PostgreSQL complain about a folder that they may not enter.
const AS = "env --chdir=/ runuser -u";
const PSQL = "psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1";

/** Copies a table of a restored server into the cluster, in one transaction; refused where there is one of that name. */
export async function bringTableBack(
  stack: Stack,
  restores: Restores,
  { socket, plan }: DoneRestore,
  { table, database }: Rescue,
): Promise<void> {
  const into = ownerOf(stack, database).database;
  const name = qualified(table);
  const leader = membersFrom(await memberFacts(stack)).find(({ role }) => role === "leader");
  if (leader === undefined) {
    throw new UserError("nobody leads the cluster now", "see ./holdfast status, and run the command again");
  }
  const session = await HostSession.open(stack, hostNamed(stack, leader.name));
  try {
    const psql = `${AS} postgres -- ${PSQL} --dbname ${quote(into)}`;
    const there = await session.run(`${psql} --command ${quote(`SELECT to_regclass(${literal(name)})`)}`);
    if (there.stdout.trim() !== "") {
      throw new UserError(
        `there is a table ${name} in ${into} already, which is left as it is`,
        `rename it first: ALTER TABLE ${name} RENAME TO ...; then run the command again`,
      );
    }
    const dump = [
      `/usr/lib/postgresql/${stack.postgresVersion}/bin/pg_dump`,
      ...["--host", socket, "--username", "postgres", "--dbname", into, "--table", name],
    ];
    report(`${name} goes from the backup ${plan.backup} into ${into} on ${leader.name}`);
    const done = await pipe(
      { session: restores.session, command: `${AS} barman -- ${dump.map(quote).join(" ")}` },
      // Without the last word, which only a whole dump is followed by, all of it is rolled back.
      { session, command: `${psql} --file -`, first: "BEGIN;\n", last: "COMMIT;\n" },
    );
    if (done.code !== 0) {
      throw new UserError(
        `${name} was not brought back, and nothing of it is in ${into}: ${done.problem}`,
        "see that its name is right and what it refers to is there, and run the command again",
      );
    }
    const { stdout } = await session.run(`${psql} --command ${quote(`SELECT count(*) FROM ${name}`)}`, 600);
    process.stdout.write(`${name} is back in ${into}, with ${stdout.trim()} rows\n`);
  } finally {
    session.close();
  }
}

/** As SQL reads it: each part in quotes. */
function qualified(table: string): string {
  const parts = table.split(".");
  if (parts.length > 2 || parts.some((part) => !/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/.test(part))) {
    throw new UserError(`--table "${table}" is no table's name`, "give it like orders or sales.orders");
  }
  return [...(parts.length === 1 ? ["public"] : []), ...parts].map((part) => `"${part}"`).join(".");
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
