import type { types } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

export interface SshAddress {
  readonly host: pulumi.Input<string>;
  readonly port: number;
  readonly user: string;
  readonly privateKey: pulumi.Output<string>;
  /** The host's public key in OpenSSH's form: "ssh-ed25519 AAAA…". */
  readonly hostKey: pulumi.Output<string>;
  /** The one that is reached first, where the host itself is not in reach. */
  readonly through?: Omit<SshAddress, "through">;
}

/**
 * The dial limits are written out because the provider's own defaults would otherwise appear as a change of every
 * step when a provider release moves them. 40 attempts with its back-off (0.1 s, then ×1.5 up to 5 s) are 3 minutes.
 */
const DIAL_LIMITS = { dialErrorLimit: 40, perDialTimeout: 15 } as const;

/** Every connection is built here and field by field: an unknown one makes the provider print the key in its error. */
export const connectionTo = (address: SshAddress): types.input.remote.ConnectionArgs => ({
  ...leg(address),
  ...(address.through === undefined ? {} : { proxy: leg(address.through) }),
});

const leg = (address: Omit<SshAddress, "through">) => ({
  host: address.host,
  port: address.port,
  user: address.user,
  privateKey: address.privateKey,
  hostKey: address.hostKey,
  ...DIAL_LIMITS,
});
