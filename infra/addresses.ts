import { awsAddresses } from "./aws/addresses.ts";
import type { AwsConfig } from "./aws/schema.ts";
import type { Config } from "./config/schema.ts";
import { labAddresses } from "./local/addresses.ts";
import type { AddressPlan } from "./topology.ts";

export type ConfigOnAws = Config & { readonly aws: AwsConfig };

/** A configuration was not accepted without its section for AWS, which only its type does not know. */
export const isOnAws = (config: Config): config is ConfigOnAws =>
  config.platform === "aws" && config.aws !== undefined;

/** Where all hosts will be, on whatever platform: pure. */
export const addressesOf = (config: Config, stack: string): AddressPlan =>
  isOnAws(config) ? awsAddresses(config) : labAddresses(config, stack);
