// The requests to the local GitHub, so that tests and benchmarks can count them.

/** Enough for any scenario; the oldest are dropped first, so a long benchmark does not fill the memory. */
const ENTRIES_MAX = 100_000;
/** Of GraphQL documents, which a bot has few of. */
const DOCUMENTS_MAX = 1_000;

export interface LoggedRequest {
  readonly at: Date;
  readonly method: string;
  /** GitHub's template, e.g. `/repos/{owner}/{repo}/pulls`; the path itself if no route matched. */
  readonly route: string;
  readonly path: string;
  /** 0 if the connection was cut before an answer. */
  readonly status: number;
  readonly durationMs: number;
  readonly installationId: number | null;
}

/** A position in the log from which to continue reading. */
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

  /** The current end of the log. */
  mark(): Mark {
    return { count: this.#dropped + this.#entries.length };
  }

  /** The requests after the mark, in the order of their answers. */
  since({ count }: Mark): readonly LoggedRequest[] {
    return this.#entries.slice(Math.max(0, count - this.#dropped));
  }

  all(): readonly LoggedRequest[] {
    return this.#entries;
  }
}
