import type { Topology } from "../components/model.ts";
import { isOnAws } from "./addresses.ts";
import type { Loaded } from "./config/load.ts";
import { LocalPlatform } from "./local/platform.ts";
import type { Platform } from "./platform.ts";

/** Makes the hosts. What is for AWS is loaded only there: its SDK alone takes more than a second. */
export async function makePlatform(
  { config, peer }: Loaded,
  topology: Topology,
  stack: string,
): Promise<Platform> {
  if (!isOnAws(config)) return new LocalPlatform("local", { config, topology, stack });
  const { awsPlatform } = await import("./aws/make.ts");
  return awsPlatform({ config, topology, stack, peer });
}
