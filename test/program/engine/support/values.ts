import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/**
 * Properties as they travel between an engine and a plugin, written down here once more so that the tests do not
 * lean on the code under test. The three texts are part of the documented protocol.
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type Plain = Readonly<Record<string, unknown>>;

export const secret = (value: unknown): Plain => ({ [SIGNATURE]: SECRET, value });

export function toStruct(properties: Plain): Struct {
  // The library's own type knows no readonly records; these are plain JSON in every test.
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

export const fromStruct = (struct: Struct | undefined): Plain => struct?.toJavaScript() ?? {};
