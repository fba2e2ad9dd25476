/** GitHub sends it to every App, and nothing here handles it. */
const UNHANDLED = "github_app_authorization";

/**
 * The event as a label of a metric: of a closed set, whatever strangers write into the header.
 *
 * @param handled the events that have a handler
 */
export function labelOf(event: string, handled: Pick<ReadonlySet<string>, "has">): string {
  return handled.has(event) || event === UNHANDLED ? event : "other";
}
