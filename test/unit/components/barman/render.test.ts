import { describe, expect, test } from "vitest";
import { arrivalKeys } from "../../../../components/barman/archive.ts";
import { BARMAN } from "../../../../components/barman/names.ts";
import { connection } from "../../../../components/barman/render.ts";
import { hostsOf } from "../../../../components/model.ts";
import { fixtureFile, fixturePlan } from "../../../support/fixtures.ts";

const { topology } = fixturePlan("custom");
const server = fixtureFile("custom", "ops-1", `/etc/barman.d/${topology.cluster}.conf`);

describe("Barman's way to the primary", () => {
  const words = new Map(
    connection(topology, BARMAN.catalogue)
      .split(" ")
      .map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
  );

  test("leads through every proxy, by the name that all members' certificates carry", () => {
    const proxies = hostsOf(topology.hosts, "proxy");
    expect(words.get("hostaddr")?.split(",")).toEqual(proxies.map(({ address }) => address));
    expect(new Set(words.get("host")?.split(","))).toEqual(new Set([`writer.${topology.domain}`]));
    expect(words.get("host")?.split(",")).toHaveLength(proxies.length);
    expect(topology.clientNames).toContain(`writer.${topology.domain}`);
  });

  test("is verified by both sides, and needs no password", () => {
    expect(words.get("sslmode")).toBe("verify-full");
    expect(words.get("sslcert")).toBe("/etc/barman/tls/barman.crt");
    expect(server).not.toMatch(/password/i);
  });
});

test("WAL comes by the stream, from the slot that Patroni keeps, and by archive_command", () => {
  for (const line of [
    "archiver = on",
    "streaming_archiver = on",
    "create_slot = manual",
    "slot_name = barman",
  ]) {
    expect(server.split("\n")).toContain(line);
  }
});

test("each key is restricted to handing WAL files over", () => {
  const [file] = arrivalKeys(["ssh-ed25519 AAAA one@db-1\n", "ssh-ed25519 BBBB two@db-2\n"]);
  expect(file).toMatchObject({ owner: "barman:barman", mode: "0600" });
  expect(file?.content).toBe(
    `restrict,command="/usr/local/lib/holdfast/put-wal" ssh-ed25519 AAAA one@db-1\nrestrict,command="/usr/local/lib/holdfast/put-wal" ssh-ed25519 BBBB two@db-2\n`,
  );
});
