import type { ReportConfig } from "./schema.ts";

/** As systemd.time(7) reads it. */
export const reportCalendar = ({ day, at }: ReportConfig): string =>
  `*-*-${String(day).padStart(2, "0")} ${at}:00`;
