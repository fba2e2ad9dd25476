/** The beginning of a text, never cut inside a character; an ellipsis shows that it was cut. */
export function clip(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  return `${text.slice(0, Math.max(0, maximum - 1)).replace(/(?:[\ud800-\udbff\u200b-\u200d]|\ufe0f)$/, "")}…`;
}
