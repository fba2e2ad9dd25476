const END = "orb.end";

/**
 * The output of `git config --null --list`: `key`, line feed, value, NUL. A key without a value has no line feed.
 *
 * @returns values by key, in their order; `null` if the output does not end with the key `orb.end`, so that something is missing
 */
export function parseConfigList(output: Buffer): ReadonlyMap<string, readonly Buffer[]> | null {
  const values = new Map<string, Buffer[]>();
  let last = "";
  for (let begin = 0; begin < output.length;) {
    const end = output.indexOf(0, begin);
    if (end === -1) return null;
    const entry = output.subarray(begin, end);
    const lineFeed = entry.indexOf(0x0a);
    last = entry.subarray(0, lineFeed === -1 ? entry.length : lineFeed).toString("latin1");
    const value = lineFeed === -1 ? Buffer.from("true") : entry.subarray(lineFeed + 1);
    const known = values.get(last);
    if (known === undefined) values.set(last, [value]);
    else known.push(value);
    begin = end + 1;
  }
  return last === END ? values : null;
}
