import { createHash } from "node:crypto";
import { packagesFor } from "../../components/os/packages.ts";

/** The Debian release of a lab's hosts, as on EC2. */
export const BASE_TAG = "localhost/holdfast-base:trixie";

/** What every Debian cloud image has, and this base has not. */
const CLOUD_IMAGE = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "openssh-server",
  "sudo",
  "iproute2",
  "procps",
  "ca-certificates",
  "less",
  "tzdata",
];

/** Runs at every boot until the key is there: the private key is made on the host and never leaves it. */
const HOST_KEY_DROP_IN =
  "[Service]\\nExecStartPre=\\nExecStartPre=/usr/bin/ssh-keygen -A\\nExecStartPre=/usr/sbin/sshd -t\\n";

/**
 * The Containerfile of a lab's hosts. "plain" is what a fresh EC2 host is; "prepared" has the packages already, so
 * that a lab is up in a fraction of the time. No daemon starts by itself in either.
 */
export function renderContainerfile(kind: "plain" | "prepared", postgresVersion: 15 | 16 | 17 | 18): string {
  const install = (packages: readonly string[]) =>
    `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  const roles = ["database", "proxy", "operations"] as const;
  const prepared = [
    ...new Set(roles.flatMap((role) => packagesFor(role, { version: postgresVersion }, true))),
    // The lab's object store and names run on the same image.
    "dnsmasq-base",
  ].sort();
  const layers = [
    `FROM ${BASE_TAG}`,
    `ENV DEBIAN_FRONTEND=noninteractive`,
    run(
      "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d",
      "chmod 755 /usr/sbin/policy-rc.d",
      "apt-get update -qq",
      install(CLOUD_IMAGE),
      "rm -f /etc/ssh/ssh_host_*",
      "mkdir -p /etc/systemd/system/ssh.service.d",
      `printf '${HOST_KEY_DROP_IN}' >/etc/systemd/system/ssh.service.d/host-key.conf`,
      "useradd --create-home --shell /bin/bash admin",
      "printf 'admin ALL=(ALL) NOPASSWD:ALL\\n' >/etc/sudoers.d/admin",
      // A greeting costs each connection a dozen processes, and nobody reads it.
      "sed -i /pam_motd/d /etc/pam.d/sshd",
      "install -d -o admin -g admin -m 0700 /home/admin/.ssh",
      "install -o admin -g admin -m 0600 /dev/null /home/admin/.ssh/authorized_keys",
      // A container has no consoles and no clock of its own, and its time-outs at shutdown should be short.
      "systemctl mask getty.target console-getty.service systemd-timesyncd.service systemd-firstboot.service",
      "systemctl enable ssh.service",
      "truncate -s 0 /etc/machine-id",
    ),
    ...(kind === "prepared" ? [preparedLayer(install(prepared), postgresVersion)] : []),
    run("rm -f /usr/sbin/policy-rc.d"),
    "STOPSIGNAL SIGRTMIN+3",
    'CMD ["/sbin/init"]',
  ];
  return `${layers.join("\n")}\n`;
}

/** The tag changes with the text, so that a changed recipe is another image and an unchanged one is never rebuilt. */
export const imageTag = (kind: string, containerfile: string): string =>
  `localhost/holdfast-${kind}:${createHash("sha256").update(containerfile).digest("hex").slice(0, 12)}`;

/** Accounts and settings that must precede the packages are the same that the os component gives a plain host. */
function preparedLayer(install: string, version: number): string {
  const older =
    version === 15
      ? [
          // The archive that this image already uses, one release back.
          "archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed -n 1p)",
          "echo deb $archive bookworm main >/etc/apt/sources.list.d/bookworm.list",
          "printf 'Package: *\\nPin: release n=bookworm\\nPin-Priority: 100\\n' >/etc/apt/preferences.d/bookworm",
          "apt-get update -qq",
        ]
      : [];
  return run(
    ...older,
    "groupadd --system --gid 5432 postgres",
    "useradd --system --uid 5432 --gid postgres --home-dir /var/lib/postgresql --no-create-home --shell /bin/bash postgres",
    "groupadd --system --gid 2379 etcd",
    "useradd --system --uid 2379 --gid etcd --home-dir /var/lib/etcd --no-create-home --shell /usr/sbin/nologin etcd",
    "groupadd --system --gid 5433 barman",
    "useradd --system --uid 5433 --gid barman --home-dir /var/lib/barman --no-create-home --shell /bin/bash barman",
    "groupadd --system --gid 543 prometheus",
    "useradd --system --uid 543 --gid prometheus --home-dir /var/lib/prometheus --no-create-home --shell /usr/sbin/nologin prometheus",
    "mkdir -p /etc/postgresql-common",
    "printf 'create_main_cluster = false\\n' >/etc/postgresql-common/createcluster.conf",
    install,
    "systemctl disable etcd.service patroni.service haproxy.service pgbouncer.service postgresql.service prometheus.service prometheus-alertmanager.service prometheus-node-exporter.service prometheus-postgres-exporter.service prometheus-pgbouncer-exporter.service",
    // Whatever the packages put there as an example must not be taken for a configuration.
    "rm -rf /var/lib/etcd/* /etc/pgbouncer/pgbouncer.ini /etc/prometheus/*",
  );
}

const run = (...commands: readonly string[]): string => `RUN ${commands.join(" && \\\n    ")}`;
