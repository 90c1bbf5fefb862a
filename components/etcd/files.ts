import { readFileSync } from "node:fs";
import { DATA_ROOT, scriptPath } from "../paths.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { ETCD_TLS, type EtcdFile, etcdctlOptions, peerUrl, renderEtcd, UNIT_DROP_IN } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

/** Every file that this component owns on a host: pure. */
export function etcdFiles(file: EtcdFile): readonly ManagedFile[] {
  const { member, members } = file;
  const others = members.filter((each) => each.name !== member.name).map((each) => each.address);
  return [
    {
      path: "/etc/etcd/etcd.yml",
      owner: "root:etcd",
      mode: "0640",
      content: renderEtcd(file),
    },
    {
      path: "/etc/systemd/system/etcd.service.d/holdfast.conf",
      owner: "root:root",
      mode: "0644",
      content: UNIT_DROP_IN,
    },
    {
      path: scriptPath("etcd"),
      owner: "root:root",
      mode: "0644",
      content: withVariables(
        {
          data_dir: `${DATA_ROOT}/etcd`,
          etcdctl: etcdctlOptions(["127.0.0.1"]),
          etcdctl_others: etcdctlOptions(others),
          member: member.name,
          members: members.map((each) => each.name).join(" "),
          others: others.join(" "),
          peer_url: peerUrl(member),
          tls: ETCD_TLS,
          volume: DATA_ROOT,
        },
        ACTIVATE,
      ),
    },
  ];
}
