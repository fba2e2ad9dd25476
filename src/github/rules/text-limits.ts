/**
 * GitHub's limits for the texts of a check run are in bytes of UTF-8, although its page says characters: "summary exceeds a
 * maximum bytesize of 65535". https://docs.github.com/en/rest/checks/runs#create-a-check-run,
 * https://github.com/github/docs/issues/35252
 *
 * All its other limits that concern the bot are in characters: 65 536 for descriptions, 256 for titles, 50 for the names of labels.
 */
export const CHECK_OUTPUT_BYTES_MAX = 65_535;
/** GitHub documents no limit; its columns for short texts have 255 bytes. */
export const CHECK_TITLE_BYTES_MAX = 255;
