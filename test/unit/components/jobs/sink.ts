import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Takes what is meant for Slack and PagerDuty, and answers as it is told to. */
export class Sink {
  readonly received: { readonly path: string; readonly body: unknown }[] = [];
  answers: number[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Sink> {
    const server = createServer();
    const sink = new Sink(server);
    server.on("request", (request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on("end", () => {
        sink.received.push({ path: request.url ?? "", body: JSON.parse(text) });
        response.writeHead(sink.answers.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return sink;
  }

  url(path: string): string {
    // A server that listens on a port has an address of this form.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  close(): void {
    this.#server.close();
  }
}
