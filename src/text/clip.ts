/** The same as `clip` for a limit in bytes of UTF-8. */
export function clipBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const room = new Uint8Array(Math.max(0, bytesMax - Buffer.byteLength("…")));
  const { read } = new TextEncoder().encodeInto(text, room);
  return `${text.slice(0, read)}…`;
}

/**
 * Shows as many items as fit into a limit in bytes, so that no text is cut in the middle.
 *
 * @param show the text with the first `count` items
 * @returns the text with most items that fits; the one without items even if it does not
 */
export function mostThatFit<T extends string>(
  count: number,
  show: (count: number) => T,
  bytesMax: number,
): T {
  const text = show(count);
  return count === 0 || Buffer.byteLength(text) <= bytesMax ? text : mostThatFit(count - 1, show, bytesMax);
}

/** The beginning of a text, never cut inside a character; an ellipsis shows that it was cut. */
export function clip(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  return `${text.slice(0, Math.max(0, maximum - 1)).replace(/(?:[\ud800-\udbff\u200b-\u200d]|\ufe0f)$/, "")}…`;
}
