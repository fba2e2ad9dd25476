const PLAIN = /^[A-Za-z0-9_/.,:@%+=-]+$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
const ESCAPED = /[^\x20-\x7e]|['\\]/g;

/**
 * A path as one word of a command that people copy into a shell. A path from a workspace is hostile: with quotes, line feeds and
 * escape sequences it could make another command of it.
 */
export function shellWord(path: Buffer): string {
  const text = path.toString("latin1");
  if (PLAIN.test(text)) return text;
  if (PRINTABLE.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escape = (character: string) =>
    String.raw`\x` + character.charCodeAt(0).toString(16).padStart(2, "0");
  return `$'${text.replace(ESCAPED, escape)}'`;
}
