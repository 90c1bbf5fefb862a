import { type Properties, reveal, secret, type Value } from "../rpc/properties.ts";
import { UserError } from "../rpc/server.ts";

export type Where = "local" | "remote";

const COMMON = [
  "create",
  "update",
  "delete",
  "stdin",
  "triggers",
  "environment",
  "logging",
  "addPreviousOutputInEnv",
];
const INPUTS: Readonly<Record<Where, readonly string[]>> = {
  local: [...COMMON, "dir", "interpreter"],
  remote: [...COMMON, "connection"],
};

/** Of the official types, but read by no part of this plugin: said at once instead of ignored. */
const NOT_HERE = ["assetPaths", "archivePaths"];

const LOGGING = ["none", "stdout", "stderr", "stdoutAndStderr"];
const PROXY = {
  host: "string",
  port: "number",
  user: "string",
  password: "string",
  privateKey: "string",
  privateKeyPassword: "string",
  agentSocketPath: "string",
  dialErrorLimit: "number",
  perDialTimeout: "number",
  hostKey: "string",
} as const;
const CONNECTION_DEFAULTS: Properties = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };

/** Inputs with the documented defaults, or an error that names what is wrong and never shows a value. */
export function checkInputs(where: Where, inputs: Properties): Properties {
  for (const key of Object.keys(inputs)) {
    if (NOT_HERE.includes(key)) {
      throw new UserError(
        `"${key}" of ${where}.Command is only in the official plugin, not in this stand-in for it`,
      );
    }
    if (!INPUTS[where].includes(key) && key !== "__defaults") {
      throw new UserError(`${where}.Command has no input "${key}"; it has ${INPUTS[where].join(", ")}`);
    }
  }
  const logging = reveal(inputs["logging"] ?? "stdoutAndStderr");
  if (typeof logging !== "string" || !LOGGING.includes(logging)) {
    throw new UserError(`"logging" must be one of ${LOGGING.join(", ")}`);
  }
  return where === "local" ? inputs : { ...inputs, connection: checkConnection(inputs["connection"]) };
}

/** Always secret as a whole. */
function checkConnection(input: Value | undefined): Value {
  const connection = reveal(input ?? null);
  // A whole connection that a preview does not know yet comes as the text that stands for it.
  if (typeof connection === "string") {
    return secret(connection);
  }
  const checked = withConnectionDefaults("connection", connection);
  const proxy = checked["proxy"];
  return secret(
    proxy === undefined || typeof proxy === "string"
      ? checked
      : { ...checked, proxy: withConnectionDefaults("connection.proxy", proxy) },
  );
}

function withConnectionDefaults(path: string, value: Value): Properties {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UserError(`"${path}" must be an object with at least "host"`);
  }
  // The checks above leave only objects.
  const connection = value as Properties;
  if (connection["host"] === undefined) {
    throw new UserError(`"${path}.host" is missing: the address of the host to connect to`);
  }
  for (const key of Object.keys(connection)) {
    if (!(key in PROXY) && !(key === "proxy" && path === "connection")) {
      throw new UserError(`"${path}" has no field "${key}"; it has ${Object.keys(PROXY).join(", ")}`);
    }
  }
  return { ...CONNECTION_DEFAULTS, ...connection };
}
