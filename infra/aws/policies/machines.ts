import { at, each, type Rule, said } from "./rule.ts";

const INSTANCE = ["aws:ec2/instance:Instance"];

export const machines: readonly Rule[] = [
  each(
    "metadata-by-token",
    "A machine's metadata, and with it its credentials, are for its own processes, by token.",
    INSTANCE,
    (inputs) =>
      at(inputs, "metadataOptions", "httpTokens") === "required" &&
      at(inputs, "metadataOptions", "httpPutResponseHopLimit") === 1
        ? undefined
        : "metadataOptions is to have httpTokens required, and httpPutResponseHopLimit 1",
  ),
  each(
    "no-public-address",
    "No machine gets a public address by being made.",
    INSTANCE,
    ({ associatePublicIpAddress }) =>
      associatePublicIpAddress === false ? undefined : "associatePublicIpAddress is to be false",
  ),
  each(
    "no-public-subnet-by-default",
    "No subnet gives public addresses to whatever is put there.",
    ["aws:ec2/subnet:Subnet"],
    ({ mapPublicIpOnLaunch }) =>
      mapPublicIpOnLaunch === true ? "mapPublicIpOnLaunch is to be false" : undefined,
  ),
  each(
    "machines-protected",
    "Nobody ends a machine by a slip in the console.",
    INSTANCE,
    ({ disableApiTermination }) =>
      disableApiTermination === true ? undefined : "disableApiTermination is to be true",
  ),
  each(
    "role-for-each-machine",
    "A machine has a role of its own instead of keys that somebody put there.",
    INSTANCE,
    (inputs) =>
      said(inputs, "iamInstanceProfile")
        ? undefined
        : "iamInstanceProfile is to name the profile of its role",
  ),
  each(
    "only-the-bastion-is-public",
    "Public addresses are the bastion's, and those of the gateways out.",
    ["aws:ec2/eip:Eip"],
    (_, { name }) =>
      name === "bastion" || /-nat-[a-z]$/.test(name)
        ? undefined
        : "a public address belongs to neither the bastion nor a gateway out: reach the host through the bastion",
  ),
];
