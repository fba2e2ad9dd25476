/** Whether a text means more than itself if it is read as a glob. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}
