import type { Finding } from "./finding.ts";

const BEGIN = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-\d:/;
const END = /-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}|Private-MAC: {0,3}[a-f0-9]{0,64}/;
/** Certificates and public keys are no secrets, and their lines look like those of a key. */
const OTHER = /-{4,5} ?(BEGIN|END) [A-Z0-9 ]{1,60}-{4,5}/;
/** A line may end as `\n` in a string of a program. */
const LINE_END = /(?:\\+[rn]|[\r\n])+/;
const PIECES = new RegExp(`(${BEGIN.source})|(${END.source})|${OTHER.source}|${LINE_END.source}`, "g");
const MAY_HOLD_A_KEY = /PRIVATE KEY|PuTTY-User-Key|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{64}/;

/** What logs, diffs and quotations write before each line. */
const BEFORE_LINE = /^(?:[\dTZ:.,+-]{10,40} |\s{0,20}\d{1,6}[:|] |[\s>|+"'-]{1,20})/;
/** The headers of PEM, PGP and PuTTY, which are between the lines of a key. */
const HEADER =
  /^(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|Encryption|Public-Lines|Private-Lines|Key-Derivation|Argon2-\w{1,20}|Subject):/;
const BODY = /^(?:[A-Za-z0-9+/=]+|[A-Za-z0-9+/=]{16,}(?: [A-Za-z0-9+/=]+)+)[\s"',;\\]*$/;
/** A full line: PEM and PGP have 64 characters in one, OpenSSH 70. Digests have letters of one case only. */
const FULL_LINE = /^(?=.*[a-z])(?=.*[A-Z])(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70})$/;
const FULL_LINES_MIN = 2;
/** A file in base64, such as a PNG, JPEG, GIF or WebP. */
const FILE = /base64,|^(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR)/;

type Kind = "begin" | "end" | "full" | "body" | "header" | "empty" | "file" | "other";

/** A line, or a mark of a key in it. */
interface Piece {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
}

/**
 * Private keys in PEM, PGP and PuTTY's form. A part of one is a secret too: without its first or last line, on one line,
 * or only its middle.
 */
export function findPrivateKeys(text: string): Finding[] {
  if (!MAY_HOLD_A_KEY.test(text)) return [];
  const pieces = piecesOf(text);
  const findings: Finding[] = [];
  for (let at = 0; at < pieces.length; at++) {
    const { last, isKey } = runFrom(pieces, at);
    const [from, to] = [pieces[at]?.from, pieces[last]?.to];
    if (isKey && from !== undefined && to !== undefined) {
      findings.push({ from, to, words: "[private key removed]" });
    }
    at = last;
  }
  return findings;
}

/** The last piece that belongs to the one at an index, and whether they are a key. */
function runFrom(pieces: readonly Piece[], at: number): { last: number; isKey: boolean } {
  const kind = pieces[at]?.kind;
  if (kind === "end") return { last: at, isKey: true };
  if (kind === "begin") {
    const mark = endOfRun(pieces, at + 1, (next) => next !== "begin" && next !== "end") + 1;
    if (pieces[mark]?.kind === "end") return { last: mark, isKey: true };
    const inside = endOfRun(pieces, at + 1, (next) => isLine(next) || next === "header" || next === "empty");
    return { last: withoutEmpty(pieces, inside), isKey: true };
  }
  if (kind === undefined || !isLine(kind)) return { last: at, isKey: false };
  const last = endOfRun(pieces, at, isLine);
  if (pieces[last + 1]?.kind === "end") return { last: last + 1, isKey: true };
  const lines = pieces.slice(at, last + 1).map((piece) => piece.kind);
  const isKey = lines.filter((line) => line === "full").length >= FULL_LINES_MIN && !lines.includes("file");
  return { last, isKey };
}

function isLine(kind: Kind): boolean {
  return kind === "full" || kind === "body" || kind === "file";
}

/** The last piece of the run from `at` on; `at - 1` if it has none. */
function endOfRun(pieces: readonly Piece[], at: number, belongs: (kind: Kind) => boolean): number {
  let next = at;
  for (let piece = pieces[next]; piece !== undefined && belongs(piece.kind); piece = pieces[next]) next++;
  return next - 1;
}

function withoutEmpty(pieces: readonly Piece[], last: number): number {
  let end = last;
  while (pieces[end]?.kind === "empty") end--;
  return end;
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let isPublic = false;
  let read = 0;
  const addLine = (to: number) => {
    if (to > read)
      pieces.push({ kind: isPublic ? "other" : kindOfLine(text.slice(read, to)), from: read, to });
  };
  for (const match of text.matchAll(PIECES)) {
    const [mark, begin, end, other] = match;
    addLine(match.index);
    read = match.index + mark.length;
    if (begin !== undefined || end !== undefined || other !== undefined) {
      isPublic = other === "BEGIN";
      const kind = begin !== undefined ? "begin" : end !== undefined ? "end" : "other";
      pieces.push({ kind, from: match.index, to: read });
    }
  }
  addLine(text.length);
  return pieces;
}

function kindOfLine(line: string): Kind {
  const bare = line.trim();
  if (bare === "") return "empty";
  if (FILE.test(bare)) return "file";
  if (FULL_LINE.test(bare)) return "full";
  const content = bare.replace(BEFORE_LINE, "").trim();
  if (content === "") return "empty";
  if (FULL_LINE.test(content)) return "full";
  if (HEADER.test(content)) return "header";
  return BODY.test(content) ? "body" : "other";
}
