import { AsyncResource } from "node:async_hooks";
import { log, output } from "@pulumi/pulumi";
import automation from "@pulumi/pulumi/automation/server.js";
// Whole modules: Node cannot see the names in these.
import grpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { program } from "../../infra/program.ts";
import { serve, unary } from "../engine/plugins/rpc/server.ts";

/** The SDK's server for a program that is a function, as its Automation API has it. */
interface ProgramServer {
  run(
    call: { request: language.RunRequest },
    answer: (error?: Error | null, response?: language.RunResponse) => void,
  ): void;
}
// Its types are not published.
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (program: () => Promise<unknown>) => ProgramServer;
};

/** Every value that is known in this run; fails with the first that does. The method's type is not published. */
const arrived = (outputs: unknown): Promise<unknown> =>
  (output(outputs) as unknown as { promise(): Promise<unknown> }).promise();

/**
 * An error inside an output: the SDK shows it and waits for the resources that need this output, which never come. A
 * program in a process of its own would have ended by it.
 */
function whenFailed(
  answer: (response: language.RunResponse) => void,
  refuse: (reason: unknown) => void,
): () => void {
  // Its messages go to the engine of this run, one after the other: with this one all before it are there.
  const shown = AsyncResource.bind(async () => {
    await log.debug("the program has failed");
    return log.hasErrors();
  });
  const failed = (reason: unknown) => {
    const response = new language.RunResponse();
    response.setBail(true);
    // Of some the SDK shows nothing, as of an engine that is gone.
    void shown().then((errors) => (errors ? answer(response) : refuse(reason)), refuse);
  };
  process.once("unhandledRejection", failed);
  return () => process.off("unhandledRejection", failed);
}

// The command holds the other ends, however it ends and however early.
process.stdin.on("close", () => process.exit()).resume();
process.stdout.on("error", () => process.exit());
// The keyboard's interrupt is the engine's: it ends in order, and needs the program for that.
process.on("SIGINT", () => undefined);

await serve((each) =>
  each.addService(grpc.LanguageRuntimeService, {
    getPluginInfo: unary(async () => new plugin.PluginInfo()),
    // Each resource names the version of its plugin.
    getRequiredPlugins: unary(async () => new language.GetRequiredPluginsResponse()),
    run: unary(
      (request: language.RunRequest) =>
        new Promise<language.RunResponse>((resolve, reject) => {
          let ended = false;
          let forget = () => {};
          const server = new LanguageServer(async () => {
            forget = whenFailed(resolve, reject);
            const outputs = await program();
            await arrived(outputs);
            ended = true;
            return outputs;
          });
          server.run({ request }, (error, response = new language.RunResponse()) => {
            forget();
            // What the SDK has shown already nobody shows again.
            response.setBail(log.hasErrors());
            if (error && !response.getBail()) reject(error);
            // The SDK says nothing of a call that the engine did not answer, and to the engine silence means: whatever
            // was not registered is to be deleted.
            else if (!ended && !response.getBail()) reject(new Error("the program was interrupted"));
            else resolve(response);
          });
        }),
    ),
  }),
);
