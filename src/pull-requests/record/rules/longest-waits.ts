import { BACK_OFF, type Failing, longestWaitMs } from "../../../work/rules/back-off.ts";

/** The longest time that a record waits: many rows of the table decide about it. */
export const RECORD_WAIT_MS_MAX = longestWaitMs(Object.keys(BACK_OFF) as Failing[]);

/** The longest time for which a record gets no look: until a limit or an outage ends. */
export const NO_LOOK_MS_MAX = longestWaitMs(["content_limit", "outage", "overload"]);
