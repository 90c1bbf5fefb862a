import { describe, expect, test } from "vitest";
import { BASE_TAG, imageTag, renderContainerfile } from "../../../infra/local/image.ts";

/** The instructions of a Containerfile, each with its continued lines. */
const instructions = (text: string) => text.replaceAll("\\\n", " ").trimEnd().split("\n");
const commands = (instruction = "") =>
  instruction
    .replace(/^RUN /, "")
    .split(" && ")
    .map((command) => command.trim());

const plain = instructions(renderContainerfile("plain", 17));
const prepared = instructions(renderContainerfile("prepared", 17));
const first = commands(plain[2]);
const second = commands(prepared[3]);

test("both images share every layer of the plain one up to where the packages come", () => {
  expect(plain[0]).toBe(`FROM ${BASE_TAG}`);
  expect(prepared.slice(0, 3)).toEqual(plain.slice(0, 3));
  expect(prepared.slice(4)).toEqual(plain.slice(3));
  expect(plain.slice(3)).toEqual([
    "RUN rm -f /usr/sbin/policy-rc.d",
    "STOPSIGNAL SIGRTMIN+3",
    'CMD ["/sbin/init"]',
  ]);
});

describe("the plain image", () => {
  test("keeps no SSH host key: they go in the layer that brings them", () => {
    const installed = first.findIndex((command) => command.includes("openssh-server"));
    expect(installed).toBeGreaterThan(0);
    expect(first.indexOf("rm -f /etc/ssh/ssh_host_*")).toBeGreaterThan(installed);
    expect(second.some((command) => command.includes("openssh"))).toBe(false);
  });

  test("makes the host keys at boot, before sshd looks for them", () => {
    expect(first.find((command) => command.endsWith("/ssh.service.d/host-key.conf"))).toBe(
      "printf '[Service]\\nExecStartPre=\\nExecStartPre=/usr/bin/ssh-keygen -A\\nExecStartPre=/usr/sbin/sshd -t\\n' >/etc/systemd/system/ssh.service.d/host-key.conf",
    );
  });

  test("has nothing of PostgreSQL", () => {
    expect(plain.join("\n")).not.toMatch(/postgres|patroni|etcd|haproxy|pgbouncer/);
  });

  test("enables no unit but sshd, and names no machine", () => {
    const enabled = [...first, ...second].filter((command) => /systemctl enable/.test(command));
    expect(enabled).toEqual(["systemctl enable ssh.service"]);
    expect(first).toContain("truncate -s 0 /etc/machine-id");
  });

  test("opens an empty list of keys to an administrator who needs no password", () => {
    expect(first).toContain("install -o admin -g admin -m 0600 /dev/null /home/admin/.ssh/authorized_keys");
    expect(first).toContain("printf 'admin ALL=(ALL) NOPASSWD:ALL\\n' >/etc/sudoers.d/admin");
  });
});

describe("the prepared image", () => {
  test("starts no daemon while it is built, nor at boot", () => {
    expect(first[0]).toBe("printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d");
    const disabled = second.find((command) => command.startsWith("systemctl disable "));
    for (const unit of ["etcd", "patroni", "haproxy", "pgbouncer", "postgresql", "prometheus"]) {
      expect(disabled).toContain(` ${unit}.service`);
    }
  });

  test("has the accounts before the packages, with the numbers that data volumes carry", () => {
    const installed = second.findIndex((command) => command.startsWith("apt-get install "));
    for (const account of ["groupadd --system --gid 5432 postgres", "groupadd --system --gid 2379 etcd"]) {
      expect(second).toContain(account);
      expect(second.indexOf(account)).toBeLessThan(installed);
    }
    const cluster = second.findIndex((command) => command.includes("create_main_cluster = false"));
    expect(cluster).toBeGreaterThanOrEqual(0);
    expect(cluster).toBeLessThan(installed);
  });

  test.each([15, 17] as const)("takes PostgreSQL %s from the release that has it", (version) => {
    const text = renderContainerfile("prepared", version);
    expect(text).toContain(` postgresql-${version} `);
    expect(text.includes("bookworm")).toBe(version === 15);
  });
});

test("another recipe is another tag, the same one the same", () => {
  const text = renderContainerfile("plain", 17);
  expect(imageTag("plain", text)).toMatch(/^localhost\/holdfast-plain:[0-9a-f]{12}$/);
  expect(imageTag("plain", text)).toBe(imageTag("plain", text));
  expect(imageTag("plain", `${text}# changed\n`)).not.toBe(imageTag("plain", text));
});
