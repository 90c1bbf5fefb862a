import { podman } from "../../scripts/stack/containers.ts";
import type { Lab } from "../lab/support/lab.ts";
import type { Measure } from "./measure.ts";

const GIB = 1024 ** 3;

/** What the control groups of the lab's containers use, less the page cache that the kernel can drop at any time. */
export async function measureMemory(lab: Lab): Promise<Measure> {
  const { stdout } = await podman(["ps", "--filter", `label=holdfast=${lab.name}`, "--format", "{{.Names}}"]);
  const names = stdout.split("\n").filter(Boolean);
  const used = await Promise.all(names.map(workingSet));
  const total = used.reduce((sum, bytes) => sum + bytes, 0) / GIB;
  return {
    what: `memory of the idle lab, ${names.length} containers`,
    value: `${total.toFixed(2)} GiB`,
    bar: "2.5 GiB",
    met: total <= 2.5,
  };
}

async function workingSet(container: string): Promise<number> {
  const script = `
    if [ -e /sys/fs/cgroup/memory.current ]; then
      echo $(($(cat /sys/fs/cgroup/memory.current) - $(awk '$1 == "inactive_file" { print $2 }' /sys/fs/cgroup/memory.stat)))
    else
      echo $(($(cat /sys/fs/cgroup/memory/memory.usage_in_bytes) - $(awk '$1 == "total_inactive_file" { print $2 }' /sys/fs/cgroup/memory/memory.stat)))
    fi`;
  const { stdout, stderr } = await podman(["exec", container, "sh", "-c", script]);
  const bytes = Number(stdout);
  if (!Number.isFinite(bytes) || bytes <= 0)
    throw new Error(`no memory figure of ${container}: ${stdout} ${stderr}`);
  return bytes;
}
