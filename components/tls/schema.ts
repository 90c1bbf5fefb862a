import { z } from "zod";
export const tlsSchema = z.strictObject({
  caDays: z.int().default(3650),
  certificateDays: z.int().default(365),
  renewBeforeDays: z.int().default(30),
});
export type TlsConfig = z.infer<typeof tlsSchema>;
