import { z } from "zod";
export const osSchema = z.strictObject({ timeZone: z.string().default("Etc/UTC") });
export type OsConfig = z.infer<typeof osSchema>;
