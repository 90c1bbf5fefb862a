import { z } from "zod";
import { createAuthority, signRequest } from "./authority.ts";
import { USES } from "./identities.ts";

/** What the signing command reads on standard input. */
export const signingOrderSchema = z.discriminatedUnion("order", [
  z.strictObject({
    order: z.literal("authority"),
    cluster: z.string(),
    days: z.number(),
    generation: z.number(),
  }),
  z.strictObject({
    order: z.literal("certificates"),
    authority: z.strictObject({ key: z.string(), certificate: z.string() }),
    /** What `agent keys` printed on the host: a line with the path, then the request, for each identity. */
    requests: z.string(),
    identities: z.array(
      z.strictObject({
        path: z.string(),
        owner: z.string(),
        commonName: z.string(),
        dnsNames: z.array(z.string()),
        addresses: z.array(z.string()),
        uses: z.array(z.enum(USES)),
      }),
    ),
    days: z.number(),
    generation: z.string(),
  }),
]);
export type SigningOrder = z.infer<typeof signingOrderSchema>;

/** The answer to an order: an authority, or certificates (PEM) by the path of their identity. */
export async function carryOut(order: SigningOrder): Promise<Readonly<Record<string, string>>> {
  if (order.order === "authority") {
    return { ...(await createAuthority(order.cluster, order.days, order.generation)) };
  }
  const requests = parseRequests(order.requests);
  const certificates: Record<string, string> = {};
  for (const identity of order.identities) {
    const request = requests.get(identity.path);
    if (request === undefined) {
      throw new Error(`the host sent no certificate request for "${identity.path}"`);
    }
    certificates[identity.path] = await signRequest(order.authority, request, identity, order.days);
  }
  return certificates;
}

function parseRequests(text: string): ReadonlyMap<string, string> {
  const requests = new Map<string, string>();
  for (const match of text.matchAll(
    /^(\/\S+)\n(-----BEGIN CERTIFICATE REQUEST-----[\s\S]*?-----END CERTIFICATE REQUEST-----)/gm,
  )) {
    requests.set(match[1] ?? "", match[2] ?? "");
  }
  return requests;
}
