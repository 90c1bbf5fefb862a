import { BARMAN } from "../barman/names.ts";
import { SCRATCH } from "./names.ts";
import type { RestoreTestConfig } from "./schema.ts";

const DAYS: Readonly<Record<RestoreTestConfig["every"], string>> = {
  month: "Sun *-*-01..07",
  week: "Sun *-*-*",
  day: "*-*-*",
};

/** As systemd.time(7) reads it. */
export const testCalendar = ({ every, at }: Pick<RestoreTestConfig, "every" | "at">): string =>
  `${DAYS[every]} ${at}:00`;

/**
 * A restored server and what brought it there are one unit: whatever ends it, a kill or a full disk too, takes the data
 * away. It ends by itself after a day, because somebody's data lies there.
 */
export const renderRestoreUnit = (paths: {
  readonly program: string;
  readonly environment: string;
}): string => `# Managed by Holdfast.
[Unit]
Description=Restore %i beside the cluster
AssertPathIsMountPoint=${BARMAN.mount}

[Service]
User=${BARMAN.user}
EnvironmentFile=${paths.environment}
ExecStart=/usr/bin/python3 -B ${paths.program} serve %i
ExecStopPost=/usr/bin/rm -rf ${SCRATCH}/%i ${SCRATCH}/%i.order
RuntimeMaxSec=1d
TimeoutStopSec=60
# Rather this one than what receives WAL, when memory gets scarce.
OOMScoreAdjust=500
`;

/** At a boot, which no unit saw the end of. */
export const renderTmpfiles = (): string => `# Managed by Holdfast.
d ${SCRATCH} 0700 ${BARMAN.user} ${BARMAN.user}
R! ${SCRATCH}/*
`;
