/** What a type of instance has, as far as something here depends on it. */
export interface InstanceType {
  /** Virtual processors. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** What its way to its volumes bears all the time, not only in a burst: operations a second, and MiB a second. */
  readonly iops: number;
  readonly throughput: number;
}

type Row = readonly [size: string, cpu: number, gib: number, megabits: number, iops: number];

const MEGABITS_IN_MIB = 1e6 / 8 / 1024 ** 2;

const family = (name: string, rows: readonly Row[]): [string, InstanceType][] =>
  rows.map(([size, cpu, gib, megabits, iops]) => [
    `${name}.${size}`,
    { cpu, memoryMiB: gib * 1024, iops, throughput: Math.floor(megabits * MEGABITS_IN_MIB) },
  ]);

/** Sizes of the 5th generation, whose memory is so many GiB for each processor. */
const fifth = (name: string, gib: number) =>
  family(name, [
    ["large", 2, 2 * gib, 650, 3600],
    ["xlarge", 4, 4 * gib, 1150, 6000],
    ["2xlarge", 8, 8 * gib, 2300, 12_000],
    ["4xlarge", 16, 16 * gib, 4750, 18_750],
    ["8xlarge", 32, 32 * gib, 6800, 30_000],
    ["12xlarge", 48, 48 * gib, 9500, 40_000],
    ["16xlarge", 64, 64 * gib, 13_600, 60_000],
    ["24xlarge", 96, 96 * gib, 19_000, 80_000],
  ]);

/** Those of the 6th and the 7th. */
const later = (name: string, gib: number) =>
  family(name, [
    ["large", 2, 2 * gib, 650, 3600],
    ["xlarge", 4, 4 * gib, 1250, 6000],
    ["2xlarge", 8, 8 * gib, 2500, 12_000],
    ["4xlarge", 16, 16 * gib, 5000, 20_000],
    ["8xlarge", 32, 32 * gib, 10_000, 40_000],
    ["12xlarge", 48, 48 * gib, 15_000, 60_000],
    ["16xlarge", 64, 64 * gib, 20_000, 80_000],
    ["24xlarge", 96, 96 * gib, 30_000, 120_000],
  ]);

/**
 * The types that hosts may have: x86-64, on Nitro, so that volumes are found by their id. Figures are those that EC2's
 * DescribeInstanceTypes gives, the baselines of EBS among them; a test compares all of them with a copy of its answer.
 */
export const INSTANCE_TYPES: Readonly<Record<string, InstanceType>> = Object.fromEntries([
  ...family("t3", [
    ["nano", 2, 0.5, 43, 250],
    ["micro", 2, 1, 87, 500],
    ["small", 2, 2, 174, 1000],
    ["medium", 2, 4, 347, 2000],
    ["large", 2, 8, 695, 4000],
    ["xlarge", 4, 16, 695, 4000],
    ["2xlarge", 8, 32, 695, 4000],
  ]),
  ...fifth("m5", 4),
  ...fifth("r5", 8),
  ...later("m6i", 4),
  ...later("r6i", 8),
  ...later("m7i", 4),
  ...later("r7i", 8),
]);
