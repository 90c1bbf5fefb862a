import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { SSHD_DROP_IN, SSHD_PATH } from "../../components/os/render.ts";
import { withVariables } from "../../components/remote/shell.ts";

const FIRST_BOOT = readFileSync(new URL("./first-boot.sh", import.meta.url), "utf8");
const SCRIPT = "/usr/local/sbin/holdfast-first-boot";

const HOST_KEY_PATH = "/etc/ssh/sshd_config.d/50-holdfast-host-key.conf";
const HOST_KEY_DROP_IN = "HostKey /etc/ssh/ssh_host_ed25519_key\n";

export interface FirstBoot {
  readonly hostname: string;
  readonly fqdn: string;
  /** Of whoever administers, in OpenSSH's form. */
  readonly publicKey: string;
  /** The data volume's id, "vol-…"; undefined where a host has none. */
  readonly volume: string | undefined;
  readonly mountPoint: string;
  /** Where the host tells its public key. */
  readonly hostKeyParameter: string;
  readonly region: string;
}

/** Cloud-init's configuration of a host: only what cannot wait for SSH. It holds no secret: whoever is on the host reads it. */
export function renderUserData(boot: FirstBoot): string {
  const variables = {
    volume: boot.volume?.replace("-", "") ?? "",
    mount_point: boot.mountPoint,
    // A volume is attached when its machine runs, some seconds after it began to boot.
    patience: "300",
    parameter: boot.hostKeyParameter,
    region: boot.region,
    metadata: "http://169.254.169.254",
    systems_manager: `https://ssm.${boot.region}.amazonaws.com`,
  };
  return `#cloud-config\n${stringify(
    {
      hostname: boot.hostname,
      fqdn: boot.fqdn,
      prefer_fqdn_over_hostname: false,
      // Debian's images would write it anew at each boot, without the names by which the members know each other.
      manage_etc_hosts: false,
      ssh_pwauth: false,
      disable_root: true,
      ssh_deletekeys: true,
      ssh_genkeytypes: ["ed25519"],
      users: [
        {
          name: "admin",
          groups: ["sudo"],
          shell: "/bin/bash",
          sudo: "ALL=(ALL) NOPASSWD:ALL",
          lock_passwd: true,
          ssh_authorized_keys: [boot.publicKey],
        },
      ],
      write_files: [
        {
          path: SCRIPT,
          owner: "root:root",
          permissions: "0755",
          content: withVariables(variables, FIRST_BOOT),
        },
        // Before the first connection, because many come at once; on the bastion there is no later step.
        { path: SSHD_PATH, owner: "root:root", permissions: "0644", content: SSHD_DROP_IN },
        // The only key that anybody was told: a first boot of Debian makes others besides.
        { path: HOST_KEY_PATH, owner: "root:root", permissions: "0644", content: HOST_KEY_DROP_IN },
      ],
      runcmd: [["bash", SCRIPT]],
    },
    // One line a value, however long: a wrapped one would be another in the eyes of a diff.
    { version: "1.1", lineWidth: 0 },
  )}`;
}
