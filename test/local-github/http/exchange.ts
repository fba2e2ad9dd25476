// Reads the body of a request and writes an answer with the headers that GitHub sends.

import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { GitHubError } from "../github-error.ts";
import type { Reply } from "./route.ts";

const BODY_BYTES_MAX = 25 * 1_024 * 1_024;

/** The requested URL on this server, whatever the path looks like; `null` if its escapes are invalid. */
export function urlOf(request: IncomingMessage, origin: string): URL | null {
  try {
    decodeURIComponent(request.url ?? "/");
    return new URL(origin + (request.url ?? "/"));
  } catch {
    return null;
  }
}

/** The parsed JSON body; `undefined` if it is empty. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBytes(request)).toString();
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new GitHubError(400, "Problems parsing JSON", { cause: error });
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new GitHubError(413, "Payload too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is sent: the reply's body as bytes, with its entity tag. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/**
 * Renders a reply. If `If-None-Match` of a GET matches the answer, it becomes a 304 without a body.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
 */
export function render(request: IncomingMessage, reply: Reply): Answer {
  const type = reply.content?.type ?? "application/json; charset=utf-8";
  const bytes = bytesOf(reply);
  const general = {
    "x-github-request-id": randomUUID(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": "2022-11-28",
    vary: "Accept, Authorization, Cookie, X-GitHub-OTP",
  };
  if (request.method !== "GET" || reply.status !== 200) {
    const typed = bytes.length > 0 ? { "content-type": type } : {};
    return { status: reply.status, headers: { ...general, ...typed, ...reply.headers }, bytes };
  }
  const etag = `W/"${createHash("sha256").update(bytes).digest("hex")}"`;
  const cached = { ...general, etag, "cache-control": "private, max-age=60, s-maxage=60", ...reply.headers };
  if (namesTag(request.headers["if-none-match"], etag)) {
    return { status: 304, headers: cached, bytes: Buffer.alloc(0) };
  }
  return { status: 200, headers: { ...cached, "content-type": type }, bytes };
}

export function send(response: ServerResponse, { status, headers, bytes }: Answer): void {
  // 204 and 304 have no body, and so no length.
  const length = status === 204 || status === 304 ? {} : { "content-length": String(bytes.length) };
  response.writeHead(status, { ...headers, ...length });
  response.end(bytes.length > 0 ? bytes : undefined);
}

function bytesOf({ content, json }: Reply): Buffer {
  if (content) return Buffer.from(content.bytes as string);
  return json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json));
}

function namesTag(condition: string | undefined, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  return (
    condition !== undefined &&
    condition.split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag))
  );
}
