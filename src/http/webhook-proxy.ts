export interface WebhookProxy {
  /** Leaves the channel; webhooks that it sends from now on are lost. */
  close(): Promise<void>;
}

/**
 * Fetches webhooks from a channel, such as one from https://smee.io/new, and posts each to the bot's own door: for a
 * machine that GitHub can't reach. The proxy serializes the body again. GitHub's signature still matches, because both
 * write JSON without spaces; the bot checks it as always. https://github.com/probot/smee-client
 *
 * A broken channel is opened again automatically. If it does not answer at all, that is reported, and the bot continues.
 *
 * @param source the channel's address
 * @param target the address of the door
 */
export async function openWebhookProxy({
  source,
  target,
  onError,
}: {
  source: string;
  target: string;
  onError: (error: unknown) => void;
}): Promise<WebhookProxy> {
  // The client logs each request as information, which the door already does.
  const logger = {
    info: () => {},
    error: (first: unknown, second?: unknown) => onError(problemOf(second ?? first)),
  };
  // Loaded here, because it brings an HTTP client of a hundred modules that no other process needs.
  const { SmeeClient } = await import("smee-client");
  const client = new SmeeClient({ source, target, logger });
  // The client has already reported this failure to the logger.
  client.start().catch(() => {});
  return { close: () => client.stop() };
}

/** The client reports errors, sentences, and events that are neither. */
function problemOf(said: unknown): Error {
  if (said instanceof Error) return said;
  const message = typeof said === "object" && said !== null && "message" in said ? said.message : said;
  return new Error(`The webhook proxy: ${String(message)}`);
}
