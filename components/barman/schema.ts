import { z } from "zod";
import { count, timeOfDay } from "../fields.ts";
import { reportSchema } from "../report/schema.ts";
import { restoreTestSchema } from "../restore/schema.ts";

const manifestSchema = z
  .strictObject({
    maxSeconds: count(0, 86_400)
      .default(600)
      .describe(
        "For so long tables are counted after each base backup, on a standby, the small ones first; of the others only the structure is tested. 0 counts none.",
      ),
  })
  .describe("Rows and checksums of the tables, recorded with each base backup for the restore test.");

export const backupsSchema = z
  .strictObject({
    at: timeOfDay().default("02:00").describe("When the daily base backup begins, in os.timeZone."),
    recoveryWindowDays: count(1, 3650)
      .default(30)
      .describe("For how many days back every moment can be recovered."),
    redundancy: count(1, 100)
      .default(3)
      .describe("How many base backups are kept at least, however old they are."),
    compression: z
      .enum(["zstd", "lz4", "gzip"])
      .default("zstd")
      .describe("Of WAL files, in Barman's catalogue and in the bucket."),
    archiveTimeout: count(10, 3600)
      .default(60)
      .describe(
        "Seconds after which a WAL file is ended that is not full; what is written is in the bucket soon after.",
      ),
    keepFree: count(1, 50)
      .default(10)
      .describe(
        "Percent of a database host's volume. With less free, WAL files that Barman does not take are let go, loudly: the database goes on, and what they hold cannot be recovered before the next base backup.",
      ),
    manifest: manifestSchema.prefault({}),
    restoreTest: restoreTestSchema.prefault({}),
    report: reportSchema.prefault({}),
  })
  .describe("Backups: Barman's, and their copies in the bucket.");
export type BackupsConfig = z.infer<typeof backupsSchema>;
