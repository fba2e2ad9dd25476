const QUOTE = 0x22;
const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': QUOTE,
  "\\": 0x5c,
};

/** A path as git writes it in some files: in quotes with C's escapes, or as it is. What is no such quote stays as it is. */
export function unquote(line: Buffer): Buffer {
  if (line[0] !== QUOTE || line.length < 2 || line.at(-1) !== QUOTE) return Buffer.from(line);
  const text = line.subarray(1, -1).toString("latin1");
  const plain = text.replaceAll(/\\(?:([0-3][0-7]{2})|(.))/gs, (_, octal?: string, letter = "") =>
    String.fromCodePoint(octal === undefined ? (ESCAPES[letter] ?? 0x3f) : Number.parseInt(octal, 8)),
  );
  return Buffer.from(plain, "latin1");
}
