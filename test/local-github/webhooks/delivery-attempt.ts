// One POST of a webhook, signed as GitHub signs it, and its outcome.

import { createHmac } from "node:crypto";

/** "Your server should respond with a 2XX response within 10 seconds" (docs: best practices for using webhooks). */
export const ANSWER_TIMEOUT_MS = 10_000;

export interface DeliveryRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

export interface DeliveryOutcome {
  /** "OK", or the error in GitHub's words. */
  readonly status: string;
  readonly statusCode: number;
  readonly durationMs: number;
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | null;
}

export const UNREACHABLE: DeliveryOutcome = {
  status: "failed to connect to host",
  statusCode: 502,
  durationMs: 0,
  response: null,
};

/** The headers of a delivery. https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers */
export function deliveryHeaders({
  guid,
  event,
  hookId,
  appId,
  secret,
  payload,
}: {
  guid: string;
  event: string;
  hookId: number;
  appId: number;
  secret: string;
  payload: string;
}): Record<string, string> {
  const digest = (algorithm: string): string => createHmac(algorithm, secret).update(payload).digest("hex");
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/0f1e2d3",
    "X-GitHub-Delivery": guid,
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": String(hookId),
    "X-GitHub-Hook-Installation-Target-ID": String(appId),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature": `sha1=${digest("sha1")}`,
    "X-Hub-Signature-256": `sha256=${digest("sha256")}`,
  };
}

/** Never throws: every result is an outcome. `closing` ends the attempt early. */
export async function attemptDelivery(
  { url, headers, payload }: DeliveryRequest,
  { timeoutMs, closing }: { timeoutMs: number; closing: AbortSignal },
): Promise<DeliveryOutcome> {
  const startedMs = performance.now();
  const since = (): number => performance.now() - startedMs;
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), closing]);
    const answer = await fetch(url, { method: "POST", headers, body: payload, redirect: "manual", signal });
    const response = { headers: Object.fromEntries(answer.headers), body: await answer.text() };
    const status = answer.ok ? "OK" : `Invalid HTTP Response: ${answer.status}`;
    return { status, statusCode: answer.status, durationMs: since(), response };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    if (!timedOut) return { ...UNREACHABLE, durationMs: since() };
    return { status: "timed out", statusCode: 504, durationMs: since(), response: null };
  }
}
