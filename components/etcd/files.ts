import { readFileSync } from "node:fs";
import type { HostPlan } from "../model.ts";
import { DATA_ROOT, scriptPath } from "../paths.ts";
import type { ManagedFile } from "../remote/managed-file.ts";
import { withVariables } from "../remote/shell.ts";
import { etcdctlOptions, renderEtcd, UNIT_DROP_IN } from "./render.ts";

const ACTIVATE = readFileSync(new URL("./activate.sh", import.meta.url), "utf8");

/** Every file that this component owns on a host: pure. */
export function etcdFiles(
  cluster: string,
  member: HostPlan,
  members: readonly HostPlan[],
): readonly ManagedFile[] {
  return [
    {
      path: "/etc/etcd/etcd.yml",
      owner: "root:etcd",
      mode: "0640",
      content: renderEtcd(cluster, member, members),
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
          members: members.map((each) => each.name).join(" "),
        },
        ACTIVATE,
      ),
    },
  ];
}
