import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [
      {
        // Pure functions and files: seconds.
        test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 },
      },
      {
        // The whole program and our own plugins, without hosts.
        test: {
          name: "program",
          include: ["test/program/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The stacks on AWS through the real engine, with stand-ins for its plugins, in the order of a life: two minutes.
        test: {
          name: "rehearsal",
          include: ["test/rehearsal/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Real hosts through the real engine. One lab serves all files, which therefore run one after another.
        test: {
          name: "lab",
          include: ["test/lab/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Backups under writes, with their bucket gone for ten minutes and all else going wrong meanwhile.
        test: {
          name: "backup-faults",
          include: ["test/faults/backups.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Other images and versions, and two labs at a time: too long for every change.
        test: {
          name: "matrix",
          include: ["test/matrix/**/*.test.ts"],
          testTimeout: 1_800_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // One fault after the other, under writes: half an hour.
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          exclude: ["test/faults/backups.test.ts", "test/faults/quiet-hour.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // Whether alerts keep quiet when nothing is wrong takes as long as it says.
        test: {
          name: "quiet-hour",
          include: ["test/faults/quiet-hour.test.ts"],
          hookTimeout: 900_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
