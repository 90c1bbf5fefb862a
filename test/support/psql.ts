import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export const PSQL_IS_HERE = spawnSync("psql", ["--version"]).status === 0;

function message(type: string, ...parts: readonly (string | number)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") {
        return Buffer.from(`${part}\0`);
      }
      const number = Buffer.alloc(4);
      number.writeInt32BE(part);
      return number;
    }),
  );
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const ready = Buffer.from([...message("Z").subarray(0, 1), 0, 0, 0, 5, "I".charCodeAt(0)]);

/** Speaks just enough of PostgreSQL's protocol for psql to send its queries, which are kept and never run. */
function listen(socket: Socket, queries: string[]): void {
  let received = Buffer.alloc(0);
  let started = false;
  socket.on("data", (data) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const offset = started ? 1 : 0;
      if (received.length < offset + 4) return;
      const end = offset + received.readInt32BE(offset);
      if (received.length < end) return;
      const type = started ? String.fromCharCode(received.readUInt8(0)) : "startup";
      const body = received.subarray(offset + 4, end);
      received = received.subarray(end);
      if (type === "startup") {
        started = true;
        const parameters = {
          server_version: "17.0",
          client_encoding: "UTF8",
          standard_conforming_strings: "on",
        };
        const told = Object.entries(parameters).map(([name, value]) => message("S", name, value));
        socket.write(Buffer.concat([message("R", 0), ...told, message("K", 1, 1), ready]));
      } else if (type === "Q") {
        queries.push(body.subarray(0, -1).toString());
        socket.write(Buffer.concat([message("C", "SET"), ready]));
      }
    }
  });
}

/** The queries that the real psql sends to a server for this script. No server is needed. */
export async function queriesOf(script: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-psql-"));
  const queries: string[] = [];
  const server = createServer((socket) => listen(socket, queries));
  try {
    server.listen(join(folder, ".s.PGSQL.5432"));
    await once(server, "listening");
    const psql = spawn("psql", [
      ...["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=on", "--file", "-"],
      ...["--host", folder, "--port", "5432", "--username", "test", "--dbname", "test"],
    ]);
    psql.stdin.end(script);
    const [errors, [code]] = await Promise.all([text(psql.stderr), once(psql, "close")]);
    if (code !== 0 || errors !== "") {
      throw new Error(`psql ended with ${String(code)}: ${errors}`);
    }
    return queries;
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** psql variables with any text, quoted as psql reads it. */
export function setVariables(variables: Readonly<Record<string, string>>): string {
  const quoted = (value: string) =>
    `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
  return Object.entries(variables)
    .map(([name, value]) => `\\set ${name} ${quoted(value)}\n`)
    .join("");
}
