/** The key command: prints a new SSH key pair as JSON, {private, public}, both in OpenSSH's form. */
import ssh2 from "ssh2";

const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "holdfast" });
process.stdout.write(JSON.stringify({ private: pair.private, public: `${pair.public}\n` }));
