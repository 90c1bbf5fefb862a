/** The one place of the versions of the engine and its plugins. */
export const VERSIONS = {
  /** The Pulumi CLI, as its Go module github.com/pulumi/pulumi/pkg/v3 and as the installer's name for it. */
  pulumi: "3.259.0",
  /** The oldest CLI that has all that the program uses. */
  pulumiAtLeast: "3.200.0",
  command: "1.2.1",
  random: "4.21.2",
} as const;
