import ssh2 from "ssh2";

export interface SshKeyPair {
  /** In OpenSSH's form, as a file. */
  readonly private: string;
  /** One line in OpenSSH's form, without its end. */
  readonly public: string;
}

/** Bytes of an Ed25519 public key with its name, as it is encoded. */
const ED25519_BYTES = 51;

/** A new Ed25519 key pair for SSH. */
export function generateSshKeyPair(): SshKeyPair {
  const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "holdfast" });
  const encoded = Buffer.from(pair.public.split(" ")[1] ?? "", "base64");
  // The library drops a zero at a key's start, so that one pair in 256 is too short, and OpenSSH refuses it.
  return encoded.length === ED25519_BYTES ? pair : generateSshKeyPair();
}
