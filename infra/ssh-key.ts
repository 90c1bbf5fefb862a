import * as pulumi from "@pulumi/pulumi";
import { secretFromCommand } from "../components/remote/local-command.ts";

export interface SshKey {
  /** Secret. */
  readonly privateKey: pulumi.Output<string>;
  /** In OpenSSH's form, a line of a file. */
  readonly publicKey: pulumi.Output<string>;
}

/** Made once and kept in the encrypted state, so that whoever may read the state may reach the hosts. */
export function administratorsKey(parent: pulumi.Resource): SshKey {
  const pair = secretFromCommand(
    "ssh-key",
    { create: "node --import tsx components/remote/ssh-key.ts", once: true },
    { parent },
    (text): { private: string; public: string } => JSON.parse(text),
  );
  return {
    privateKey: pair.apply((keys) => keys.private),
    publicKey: pulumi.unsecret(pair.apply((keys) => keys.public)),
  };
}
