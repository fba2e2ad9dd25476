import { OrbError } from "../../errors.ts";
import { shownPath } from "./shown-path.ts";

const SLASH = 0x2f;

/** The names in a path, without empty ones and `.`. The bytes of a name need not be UTF-8. */
export function pathParts(path: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let begin = 0; begin <= path.length;) {
    const slash = path.indexOf(SLASH, begin);
    const end = slash === -1 ? path.length : slash;
    const part = path.subarray(begin, end);
    if (part.length > 0 && !part.equals(Buffer.from("."))) parts.push(part);
    begin = end + 1;
  }
  return parts;
}

/**
 * The bytes of one name in a folder.
 *
 * @throws OrbError `outside_root` for what is no single name: a name with a slash or `..` would lead out of the folder
 */
export function nameBytes(name: Buffer | string): Buffer {
  const bytes = Buffer.from(name);
  if (bytes.length > 0 && !bytes.includes(SLASH) && !bytes.includes(0) && !isDots(bytes)) return bytes;
  throw new OrbError({
    code: "outside_root",
    reason: `${shownPath(name)} is not the name of something inside a folder.`,
    remedy: "Name the workspace by its full path, without `..`.",
  });
}

function isDots(name: Buffer): boolean {
  return name.equals(Buffer.from(".")) || name.equals(Buffer.from(".."));
}
