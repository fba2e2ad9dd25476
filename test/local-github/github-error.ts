// A refusal in GitHub's words. The code that finds the reason throws it; REST, GraphQL or git answers it.

export interface ValidationProblem {
  readonly resource: string;
  readonly code:
    | "custom"
    | "invalid"
    | "missing_field"
    | "missing"
    | "already_exists"
    | "unprocessable"
    | "unauthorized";
  readonly field?: string;
  readonly message?: string;
  readonly value?: unknown;
}

/** The source of the rules for error answers. */
const DOCUMENTATION_URL = "https://docs.github.com/rest";

export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly status: number;
  /** Entries are objects on most routes and plain strings on a few, as on GitHub. */
  readonly errors: readonly (ValidationProblem | string)[] | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    extra: {
      readonly errors?: readonly (ValidationProblem | string)[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: extra.cause });
    this.status = status;
    this.errors = extra.errors ?? null;
    this.headers = extra.headers ?? {};
  }

  /** The body of the answer. */
  toJson(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
      documentation_url: DOCUMENTATION_URL,
      status: String(this.status),
    };
  }
}

export function notFound(): GitHubError {
  return new GitHubError(404, "Not Found");
}

export function validationFailed(...problems: readonly (ValidationProblem | string)[]): GitHubError {
  return new GitHubError(422, "Validation Failed", { errors: problems });
}

/** The shape of a refusal that has only a sentence as its explanation. */
export function refused(resource: string, message: string, field?: string): GitHubError {
  return validationFailed({ resource, code: "custom", ...(field === undefined ? {} : { field }), message });
}
