import { AGENT_FOLDER } from "../paths.ts";

/** On members: their data, exchanged for restored data and back: EXCHANGE_DATA VERB ... */
export const EXCHANGE_DATA = `${AGENT_FOLDER}/exchange-data`;
