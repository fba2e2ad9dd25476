// `git status --porcelain=v2 --branch -z`: https://git-scm.com/docs/git-status#_porcelain_format_version_2

export type StatusRecord =
  | { readonly kind: "head"; readonly sha: string | null }
  | {
      readonly kind: "tracked";
      readonly path: Buffer;
      /** The content in the index differs from HEAD. */
      readonly staged: boolean;
      /** How the file differs from the index. */
      readonly change: "none" | "deleted" | "changed";
      /** The blob in the index. */
      readonly blob: string;
    }
  | { readonly kind: "untracked" | "ignored"; readonly path: Buffer }
  | { readonly kind: "header" };

/** Fields before the path, by the first letter of a record. */
const FIELDS: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };
/** Where the blob of the index is among them. */
const BLOB: Readonly<Record<string, number>> = { "1": 7, "2": 7, u: 8 };

/** One record without its NUL; `null` if it is not understood. */
export function parseStatusRecord(record: Buffer): StatusRecord | null {
  const letter = String.fromCodePoint(record[0] ?? 0);
  if (letter === "#") return parseHeader(record.toString("latin1"));
  if (letter === "?" || letter === "!") {
    const path = Buffer.from(record.subarray(2));
    return path.length === 0 ? null : { kind: letter === "?" ? "untracked" : "ignored", path };
  }
  const count = FIELDS[letter];
  if (count === undefined) return null;
  const fields: string[] = [];
  let begin = 0;
  while (fields.length < count) {
    const end = record.indexOf(0x20, begin);
    if (end === -1) return null;
    fields.push(record.subarray(begin, end).toString("latin1"));
    begin = end + 1;
  }
  const [, states = ""] = fields;
  const path = Buffer.from(record.subarray(begin));
  if (states.length !== 2 || path.length === 0) return null;
  const change = states[1] === "." ? "none" : states[1] === "D" ? "deleted" : "changed";
  return { kind: "tracked", path, change, staged: states[0] !== ".", blob: fields[BLOB[letter] ?? 0] ?? "" };
}

function parseHeader(text: string): StatusRecord {
  const sha = /^# branch\.oid (.*)$/s.exec(text)?.[1];
  return sha === undefined ? { kind: "header" } : { kind: "head", sha: sha === "(initial)" ? null : sha };
}

/** Cuts a stream of bytes into records that end with NUL. */
export class RecordCutter {
  #rest: Buffer = Buffer.alloc(0);
  readonly #onRecord: (record: Buffer) => void;

  constructor(onRecord: (record: Buffer) => void) {
    this.#onRecord = onRecord;
  }

  add(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, begin)) {
      this.#onRecord(bytes.subarray(begin, end));
      begin = end + 1;
    }
    this.#rest = bytes.subarray(begin);
  }

  /** Whether the last record was complete. */
  get isComplete(): boolean {
    return this.#rest.length === 0;
  }
}
