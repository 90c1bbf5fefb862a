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

  /** A line for the time of the work only: the engine's list of messages at the end is without it. */
  status(urn: string, message: string): Promise<void> {
    return this.#send(urn, message, LogSeverity.INFO, true);
  }

  warning(urn: string, message: string): Promise<void> {
    return this.#send(urn, message, LogSeverity.WARNING, false);
  }

  #send(urn: string, message: string, severity: LogSeverity, ephemeral: boolean): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    this.#queue = this.#queue.then(
      // A line that cannot be shown must not fail the command that printed it.
      () => new Promise((resolve) => this.#client.log(request, () => resolve())),
    );
    return this.#queue;
  }
}
