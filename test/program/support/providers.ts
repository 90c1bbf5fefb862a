import { createHash } from "node:crypto";
import ssh2 from "ssh2";
import { z } from "zod";
import { carryOut, signingOrderSchema } from "../../../components/tls/signing.ts";
import { certificateRequests } from "../../support/certificate-requests.ts";
import type { Provider, Registration } from "./recorder.ts";

/** What the lab answers for the container of a host. */
export const machineOf = (host: string) => ({
  identity: `identity-of-${host}`,
  hostKey: `ssh-ed25519 AAAA${Buffer.from(host).toString("hex")}`,
});

export const passwordOf = (resource: string): string =>
  createHash("sha256").update(`password of ${resource}`).digest("hex").slice(0, 32);

export interface Providers {
  readonly provider: Provider;
  /** Everything secret that was handed out: what must not be seen anywhere. */
  readonly secrets: Secrets;
}

export interface Secrets {
  readonly passwords: string[];
  /** PEM. */
  readonly keys: string[];
}

const commandSchema = z.object({ create: z.string(), stdin: z.string().optional() });

/** Answers as the real commands and providers give them; certificates are signed by the program's own code. */
export function providers(): Providers {
  const secrets: Secrets = { passwords: [], keys: [] };
  const provider: Provider = async (resource) => {
    switch (resource.type) {
      case "command:local:Command":
        return { stdout: await localAnswer(resource, secrets), stderr: "" };
      case "command:remote:Command":
        return { stdout: await remoteAnswer(resource), stderr: "" };
      case "random:index/randomPassword:RandomPassword": {
        const result = passwordOf(resource.name);
        secrets.passwords.push(result);
        return { result };
      }
      default:
        return resource.type.startsWith("aws:") ? amazonsAnswer(resource) : {};
    }
  };
  return { provider, secrets };
}

const ACCOUNT = "123456789012";

/** What the provider's functions answer that the program calls. */
export const FUNCTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "pulumi:pulumi:readStackResourceOutputs": { outputs: {} },
};

/** What Amazon makes up for a resource, as far as another one uses it. */
const amazonsAnswer = ({ type, name, inputs }: Registration): Readonly<Record<string, unknown>> => ({
  arn: type.startsWith("aws:s3/bucket:")
    ? `arn:aws:s3:::${String(inputs["bucket"])}`
    : `arn:aws:${type.split(":")[1]}:::${name}`,
  name: inputs["name"] ?? name,
  keyId: name,
  zoneId: `Z${name}`,
  dnsName: `${name}.example`,
  publicIp: "198.51.100.10",
});

async function localAnswer(resource: Registration, secrets: Secrets): Promise<string> {
  const { create, stdin } = commandSchema.parse(resource.inputs);
  if (create.includes("infra/local/host.sh")) {
    return JSON.stringify(machineOf(resource.name.replace(/-host$/, "")));
  }
  if (create.includes("infra/aws/host-key.ts")) {
    return machineOf(resource.name.replace(/-host-key$/, "")).hostKey;
  }
  if (create.includes("components/remote/ssh-key.ts")) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "holdfast" });
    secrets.keys.push(pair.private);
    return JSON.stringify({ private: pair.private, public: `${pair.public}\n` });
  }
  if (create.includes("components/tls/sign.ts")) {
    const order = signingOrderSchema.parse(JSON.parse(stdin ?? ""));
    const answer = await carryOut(order);
    if (order.order === "authority") {
      secrets.keys.push(answer["key"] ?? "");
    }
    return JSON.stringify(answer);
  }
  return `output of ${resource.name}`;
}

async function remoteAnswer(resource: Registration): Promise<string> {
  const { create, stdin } = commandSchema.parse(resource.inputs);
  return create.endsWith("agent keys") ? certificateRequests(stdin ?? "") : `output of ${resource.name}`;
}
