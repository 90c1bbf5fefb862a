import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { vi } from "vitest";

export interface LogLine {
  readonly urn: string;
  readonly message: string;
  readonly severity: "info" | "warning" | "other";
  readonly ephemeral: boolean;
}

/** The part of an engine that a plugin talks to: its log. */
export class RecordingEngine {
  readonly lines: LogLine[] = [];
  readonly #server: grpc.Server;
  readonly address: string;

  private constructor(server: grpc.Server, address: string, lines: LogLine[]) {
    this.#server = server;
    this.address = address;
    this.lines = lines;
  }

  static async start(): Promise<RecordingEngine> {
    const lines: LogLine[] = [];
    const server = new grpc.Server();
    server.addService(EngineService, {
      log: (
        call: grpc.ServerUnaryCall<LogRequest, Empty>,
        callback: (error: null, response: Empty) => void,
      ) => {
        lines.push(lineOf(call.request));
        callback(null, new Empty());
      },
    });
    return new RecordingEngine(server, await bind(server), lines);
  }

  messages(): readonly string[] {
    return this.lines.map((line) => line.message);
  }

  async untilLogged(message: string | RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        const found = this.messages().some((each) =>
          typeof message === "string" ? each === message : message.test(each),
        );
        if (!found) {
          throw new Error(`"${message}" was not logged; logged were ${JSON.stringify(this.messages())}`);
        }
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

/** Serves on a free port of loopback. */
export async function bind(server: grpc.Server): Promise<string> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `127.0.0.1:${port}`;
}

function lineOf(request: LogRequest): LogLine {
  const severity = request.getSeverity();
  return {
    urn: request.getUrn(),
    message: request.getMessage(),
    severity: severity === LogSeverity.INFO ? "info" : severity === LogSeverity.WARNING ? "warning" : "other",
    ephemeral: request.getEphemeral(),
  };
}
