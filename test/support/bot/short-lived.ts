import { NODE_FLAGS } from "../../../script/services/node-flags.ts";

/**
 * The flags of a bot in a process of its own, which a test needs for seconds. V8 begins with room for the young objects of a whole
 * start, instead of growing into it collection by collection: that saves a seventh of what a start takes. As for the rest, it is run
 * as the product is.
 */
export const SHORT_LIVED_FLAGS: readonly string[] = [
  ...NODE_FLAGS,
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
];
