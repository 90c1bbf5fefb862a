import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { type RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb.js";

type Call = grpc.ServerWritableStream<RunPluginRequest, RunPluginResponse>;

const said = (set: (response: RunPluginResponse) => void): RunPluginResponse => {
  const response = new RunPluginResponse();
  set(response);
  return response;
};

/**
 * Runs a pack of policies with the SDK's own runner, for as long as the engine listens: its first line of output is the
 * port that it serves on, as of any plugin.
 */
export function runPolicyPack(call: Call): void {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, ...request.getArgsList(), folder], {
    // Where its package is, of which the SDK reads the version.
    cwd: folder,
    env: { ...process.env, ...environmentOf(request.getEnvList()) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => call.write(said((response) => response.setStdout(chunk))));
  child.stderr.on("data", (chunk: Buffer) => call.write(said((response) => response.setStderr(chunk))));
  child.on("error", (error) => call.destroy(error));
  child.on("close", (code) => {
    call.write(said((response) => response.setExitcode(code ?? 1)));
    call.end();
  });
  call.on("cancelled", () => child.kill("SIGKILL"));
}

const environmentOf = (list: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    list.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
