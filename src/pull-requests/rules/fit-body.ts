import type { SafeMarkdown } from "../../text/safe.ts";

/** GitHub refuses a description of more than 65 536 characters; a person's edits need room too. */
const BODY_CHARACTERS_MAX = 60_000;
const SCALE_MIN = 1 / 64;

/**
 * The first description that fits, each time at half the scale.
 *
 * @param render the description at a scale in (0, 1]
 * @param firstScale where to begin
 * @returns the smallest where none fits: a hundredth of the full texts, which stays far below the limit
 */
export function fitBody(render: (scale: number) => SafeMarkdown, firstScale: number): SafeMarkdown {
  let scale = firstScale;
  let body = render(scale);
  while (body.length > BODY_CHARACTERS_MAX && scale > SCALE_MIN) {
    scale /= 2;
    body = render(scale);
  }
  return body;
}
