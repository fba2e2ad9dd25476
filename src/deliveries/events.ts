/** GitHub sends this event to every App, but the bot has no handler for it. */
const UNHANDLED = "github_app_authorization";

/**
 * The event as a metric label, from a closed set, because strangers can write anything into the header.
 *
 * @param handled the events that have a handler
 */
export function labelOf(event: string, handled: Pick<ReadonlySet<string>, "has">): string {
  return handled.has(event) || event === UNHANDLED ? event : "other";
}
