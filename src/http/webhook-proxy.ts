export interface WebhookProxy {
  /** Lets go of the channel; what it sends from now on is lost. */
  close(): Promise<void>;
}

/**
 * Fetches webhooks from a channel such as https://smee.io/new makes, and posts each to the bot's own door: for a machine
 * that GitHub can't reach. The proxy writes the body anew, which GitHub's signature survives because both write JSON
 * without spaces; it is checked as always. https://github.com/probot/smee-client
 *
 * A channel that breaks off is opened again by itself; one that does not answer at all is told, and stops nobody.
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
  // It says each request at the level of information, as the door does.
  const logger = {
    info: () => {},
    error: (first: unknown, second?: unknown) => onError(problemOf(second ?? first)),
  };
  // Loaded here, because it brings an HTTP client of a hundred modules that no other process needs.
  const { SmeeClient } = await import("smee-client");
  const client = new SmeeClient({ source, target, logger });
  // What goes wrong here was told to the logger.
  client.start().catch(() => {});
  return { close: () => client.stop() };
}

/** The client hands on errors, sentences, and events that are neither. */
function problemOf(said: unknown): Error {
  if (said instanceof Error) return said;
  const message = typeof said === "object" && said !== null && "message" in said ? said.message : said;
  return new Error(`The webhook proxy: ${String(message)}`);
}
