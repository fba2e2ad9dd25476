import type { PhrasingContent } from "mdast";

const NAMES =
  "white_check_mark heavy_check_mark ballot_box_with_check x negative_squared_cross_mark heavy_multiplication_x " +
  "hourglass hourglass_flowing_sand green_circle red_circle yellow_circle large_green_circle large_red_circle " +
  "green_square red_square yellow_square";
// The bot's own marks, and those that people could take for them; GitHub draws the names between colons as emoji:
// https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#using-emojis
const MARK = new RegExp(
  String.raw`([✅❌⏳☑✔✓✗✘✖❎⌛☒🗸🗹🗴🗵🗷🟢🔴🟡🟩🟥🟨]\ufe0f?|:(?:${NAMES.replaceAll(" ", "|")}):)`,
  "iu",
);

/** A text in which the marks of verdicts, such as ✅, are code: all can be read, and none looks like the bot's own. */
export function marksAsCode(text: string): PhrasingContent[] {
  return text.split(MARK).flatMap((piece, index, { length }): PhrasingContent[] => {
    if (index % 2 === 1) return [{ type: "inlineCode", value: piece }];
    return piece === "" && length > 1 ? [] : [{ type: "text", value: piece }];
  });
}
