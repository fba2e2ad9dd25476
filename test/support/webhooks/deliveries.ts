import { createHmac, randomUUID } from "node:crypto";
import { WEBHOOK_SECRET } from "../bot/environment.ts";

/** A webhook delivery as GitHub posts it. */
export interface Posted {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

interface Signing {
  readonly id?: string;
  readonly secret?: string;
}

/** Makes a delivery of a payload, signed as GitHub signs it. */
export function delivery(event: string, payload: object, signing: Signing = {}): Posted {
  const { id = randomUUID() } = signing;
  const body = Buffer.from(JSON.stringify(payload));
  return { id, headers: signedHeaders(event, body, { ...signing, id }), body };
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
export function signedHeaders(
  event: string,
  body: Buffer,
  { id = randomUUID(), secret = WEBHOOK_SECRET }: Signing = {},
): Record<string, string> {
  const digest = createHmac("sha256", secret).update(body).digest("hex");
  return {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": id,
    "x-hub-signature-256": `sha256=${digest}`,
  };
}

/** Posts a delivery to a bot, with some headers changed; a header that is `null` is left out. */
export async function post(
  botUrl: string,
  { headers, body }: Posted,
  changed: Record<string, string | null> = {},
): Promise<Response> {
  const all = Object.entries({ ...headers, ...changed });
  return fetch(`${botUrl}/api/github/webhooks`, {
    method: "POST",
    body: new Uint8Array(body),
    headers: all.filter((header): header is [string, string] => header[1] !== null),
  });
}

/** The JSON body of an answer. @throws Error if the status is another */
export async function answerOf(response: Response, status: number): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`Answered with ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
