import { AGENT_FOLDER, DATA_ROOT } from "../paths.ts";

/** Where members keep the data of before recoveries, in a folder for each, named by its time. */
export const BEFORE_RECOVERY = `${DATA_ROOT}/before-recovery`;

/** On members: their data, exchanged for restored data and back: EXCHANGE_DATA VERB ... */
export const EXCHANGE_DATA = `${AGENT_FOLDER}/exchange-data`;

/** Patroni names the replication slot of a member like this. */
export const slotName = (member: string): string => member.toLowerCase().replaceAll(/[^a-z0-9_]/g, "_");
