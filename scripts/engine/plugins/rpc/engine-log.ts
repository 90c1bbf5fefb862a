import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb.js";
import { CLIENT_OPTIONS } from "./server.ts";

/** Shows lines beside a resource, in the order in which they come. */
export class EngineLog {
  readonly #client: EngineClient;
  #queue: Promise<void> = Promise.resolve();

  constructor(address: string) {
    this.#client = new EngineClient(address, grpc.credentials.createInsecure(), CLIENT_OPTIONS);
  }

  info(urn: string, message: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    this.#queue = this.#queue.then(
      // A line that cannot be shown must not fail the command that printed it.
      () => new Promise((resolve) => this.#client.log(request, () => resolve())),
    );
    return this.#queue;
  }
}
