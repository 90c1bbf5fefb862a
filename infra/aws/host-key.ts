/**
 * Prints the public SSH key that a machine has told, once it has. Environment: REGION, PARAMETER, INSTANCE: what another
 * machine of this name told before is not taken for this one's.
 */
import { GetParameterCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { required } from "./environment.ts";

/** A machine boots and tells its key within two minutes, unless it cannot. */
const DEADLINE_MS = 10 * 60_000;
const EVERY_MS = 3000;

const region = required("REGION");
const parameter = required("PARAMETER");
const instance = required("INSTANCE");
const client = new SSMClient({ region });

async function told(): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: parameter }));
    const [from, ...key] = (Parameter?.Value ?? "").split(" ");
    return from === instance ? key.join(" ") : undefined;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

const deadline = Date.now() + DEADLINE_MS;
let key = await told();
if (key === undefined) process.stderr.write(`waiting for ${instance} to boot and to tell its SSH host key\n`);
while (key === undefined && Date.now() < deadline) {
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  key = await told();
}
if (key === undefined) {
  process.stderr.write(
    `the machine ${instance} did not tell its SSH host key within ${DEADLINE_MS / 60_000} minutes (${parameter})\nnext: look at its console, whether its first boot ended: aws ec2 get-console-output --latest --region ${region} --instance-id ${instance}\n`,
  );
  process.exit(1);
}
if (!/^ssh-ed25519 [A-Za-z0-9+/]+=*$/.test(key)) {
  process.stderr.write(
    `what ${instance} told is no SSH host key: ${key}\nnext: look at ${parameter}, and who may write it\n`,
  );
  process.exit(1);
}
process.stdout.write(key);
