import { z } from "zod";
export const availabilitySchema = z.strictObject({
  durability: z.enum(["strict", "preferred", "async"]).default("strict"),
  rto: z.enum(["fast", "normal", "safe"]).default("normal"),
});
export type Availability = z.infer<typeof availabilitySchema>;
