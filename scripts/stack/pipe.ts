import type ssh2 from "ssh2";
import type { HostSession } from "./ssh.ts";

export interface Source {
  readonly session: HostSession;
  readonly command: string;
}

export interface Sink extends Source {
  /** Said to it before what the source prints, and after, which only a source that succeeded is followed by. */
  readonly first: string;
  readonly last: string;
}

export interface Piped {
  readonly code: number;
  /** The first error of the one that failed, or what it said at last. */
  readonly problem: string;
}

/** What a program on one host prints goes into another one on another host, through this machine, without being kept. */
export async function pipe(source: Source, sink: Sink): Promise<Piped> {
  const [out, into] = await Promise.all([
    source.session.start(source.command),
    sink.session.start(sink.command),
  ]);
  const [written, taken] = [ended(out), ended(into)];
  // What it prints is for nobody; left unread, it would keep the channel from closing.
  into.resume();
  into.write(sink.first);
  // With "end: false" it is not told that this was all.
  out.pipe(into, { end: false });
  const first = await Promise.race([written, taken.then(() => undefined)]);
  if (first === undefined) {
    // Nobody takes any more what the source prints; unread, it would never end.
    out.unpipe(into);
    out.resume();
    return taken;
  }
  if (first.code === 0) into.write(sink.last);
  into.end();
  const to = await taken;
  return first.code === 0 ? to : first;
}

function ended(channel: ssh2.ClientChannel): Promise<Piped> {
  let said = "";
  channel.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4000);
  });
  return new Promise((resolve) => {
    channel.on("close", (code: number | null) => {
      const lines = said.trim().split("\n");
      // psql shows the place in the statement after it.
      resolve({
        code: code ?? 255,
        problem: lines.find((line) => /error:/i.test(line)) ?? lines.at(-1) ?? "",
      });
    });
  });
}
