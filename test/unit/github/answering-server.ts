import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ProbotOctokit } from "probot";
import { OrbError } from "../../../src/errors.ts";
import { toOrbError } from "../../../src/github/wire/failure.ts";

/** The time of every answer, by the reader's clock. */
export const NOW = new Date("2026-03-01T12:00:00Z");

export type Headers = Readonly<Record<string, string>>;
type Answer = (response: ServerResponse) => void;

/** Takes GitHub's place, and gives every request the answer that a test has set. */
export class AnsweringServer implements AsyncDisposable {
  readonly #server: Server;
  /** A client of this server that neither retries nor waits. */
  readonly octokit: ProbotOctokit;
  /** The headers of the requests so far. */
  readonly asked: IncomingHttpHeaders[] = [];
  #answer: Answer = (response) => response.destroy();

  private constructor(server: Server, url: string) {
    this.#server = server;
    const off = { enabled: false };
    this.octokit = new ProbotOctokit({ baseUrl: url, throttle: off, retry: off });
    server.on("request", (request, response) => {
      this.asked.push(request.headers);
      request.resume();
      request.on("end", () => this.#answer(response));
    });
  }

  static async start(): Promise<AnsweringServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new AnsweringServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** @param body sent as JSON, or as a page if it is a text */
  answers(status: number, body: unknown, headers: Headers = {}): void {
    const isPage = typeof body === "string";
    this.#answer = (response) => {
      const type = isPage ? "text/html; charset=utf-8" : "application/json; charset=utf-8";
      response.writeHead(status, { "Content-Type": type, ...headers });
      response.end(isPage ? body : JSON.stringify(body));
    };
  }

  cutsTheConnection(): void {
    this.#answer = (response) => response.destroy();
  }

  staysSilent(): void {
    this.#answer = () => {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Our own error for the failed request. */
export async function failureOf(asking: Promise<unknown>): Promise<OrbError> {
  const error = await asking.then(
    () => new Error("GitHub was expected to refuse"),
    (thrown: unknown) => toOrbError(thrown, NOW),
  );
  if (error instanceof OrbError) return error;
  throw error;
}

/** Asks for a pull request and gets this answer. */
export async function create(
  server: AnsweringServer,
  status: number,
  body: unknown,
  headers: Headers = {},
): Promise<OrbError> {
  server.answers(status, body, headers);
  const pull = { owner: "octo", repo: "hello", head: "agent/x", base: "main", title: "Greet" };
  return failureOf(server.octokit.request("POST /repos/{owner}/{repo}/pulls", pull));
}
