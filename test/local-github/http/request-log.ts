// What was asked of the local GitHub, so that tests and benchmarks can count it.

/** Enough for any scenario; the oldest go first, so a long benchmark does not fill the memory. */
const ENTRIES_MAX = 100_000;
/** Of GraphQL documents, which a bot has few of. */
const DOCUMENTS_MAX = 1_000;

export interface LoggedRequest {
  readonly at: Date;
  readonly method: string;
  /** GitHub's template, e.g. `/repos/{owner}/{repo}/pulls`; the path itself where no route matched. */
  readonly route: string;
  readonly path: string;
  /** 0 where the connection was cut before an answer. */
  readonly status: number;
  readonly durationMs: number;
  readonly installationId: number | null;
}

/** A place in the log, to read on from. */
export interface Mark {
  readonly count: number;
}

export class RequestLog {
  readonly #documents = new Set<string>();
  #entries: LoggedRequest[] = [];
  #dropped = 0;

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length <= ENTRIES_MAX) return;
    const half = ENTRIES_MAX / 2;
    this.#dropped += half;
    this.#entries = this.#entries.slice(half);
  }

  /** Remembers a GraphQL document, once however often it is sent. */
  addDocument(document: string): void {
    if (this.#documents.size < DOCUMENTS_MAX) this.#documents.add(document);
  }

  /** The different GraphQL documents that were sent. */
  documents(): readonly string[] {
    return [...this.#documents];
  }

  /** Where the log ends now. */
  mark(): Mark {
    return { count: this.#dropped + this.#entries.length };
  }

  /** What came after the mark, in the order of the answers. */
  since({ count }: Mark): readonly LoggedRequest[] {
    return this.#entries.slice(Math.max(0, count - this.#dropped));
  }

  all(): readonly LoggedRequest[] {
    return this.#entries;
  }
}
