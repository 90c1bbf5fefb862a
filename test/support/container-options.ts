import { statfsSync } from "node:fs";

const CGROUP2_MAGIC = 0x63677270;

/** What podman needs to start a container on whatever machine this is. */
export const containerOptions = (): readonly string[] => [
  // crun, podman's default, refuses the mixed control groups of older systems.
  ...(statfsSync("/sys/fs/cgroup").type === CGROUP2_MAGIC ? [] : ["--runtime", "runc"]),
  // Some machines let limits only be lowered.
  ...["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"],
];
