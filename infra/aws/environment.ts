/** A variable that the program gives to its own scripts. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the variable ${name} is not set`);
  return value;
}

// The SDK warns of the next Node that its next version will want, in each preview; the version is a fixed one here.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
