import * as grpc from "@grpc/grpc-js";

/** Property trees of a large program pass the default of 4 MiB. */
const LIMITS = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

const PARENT_CHECK_MS = 2000;

/** An error that the engine shows as it is, without a stack. */
export class UserError extends Error {}

/**
 * Serves on a free port of loopback and tells the engine which, as the plugin protocol wants it: one line. When the
 * engine is gone, this process ends after `farewell`.
 */
export async function serve(
  add: (server: grpc.Server) => void,
  farewell: () => void = () => undefined,
): Promise<void> {
  const server = new grpc.Server(LIMITS);
  add(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  endWithParent(farewell);
  process.stdout.write(`${port}\n`);
}

/** An engine that was killed cannot end its plugins, and they would stay for ever. */
function endWithParent(farewell: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      farewell();
      process.exit(1);
    }
  }, PARENT_CHECK_MS).unref();
}

/** A unary method from a function: what it throws becomes the call's error. */
export function unary<Request, Response>(
  method: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    method(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: grpc.status.UNKNOWN, message: messageOf(error) }),
    );
  };
}

const messageOf = (error: unknown): string =>
  error instanceof UserError
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);

export const CLIENT_OPTIONS = LIMITS;
