import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generateSshKeyPair } from "../../../../components/remote/ssh-key-pair.ts";

test("OpenSSH reads the private key, and finds the public one in it", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-key-"));
  try {
    const pair = generateSshKeyPair();
    writeFileSync(join(folder, "key"), pair.private, { mode: 0o600 });
    const found = execFileSync("ssh-keygen", ["-y", "-f", join(folder, "key")], { encoding: "utf8" });
    expect(found.split(" ").slice(0, 2)).toEqual(pair.public.split(" ").slice(0, 2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("no public key is shorter than it must be", () => {
  const lengths = Array.from(
    { length: 1000 },
    () => Buffer.from(generateSshKeyPair().public.split(" ")[1] ?? "", "base64").length,
  );
  expect(new Set(lengths)).toEqual(new Set([51]));
});
