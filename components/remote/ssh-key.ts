/** The key command: prints a new SSH key pair as JSON, {private, public}, both as lines of a file. */
import { generateSshKeyPair } from "./ssh-key-pair.ts";

const pair = generateSshKeyPair();
process.stdout.write(JSON.stringify({ private: pair.private, public: `${pair.public}\n` }));
