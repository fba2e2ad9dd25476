import { run } from "probot";

/**
 * Serves Probot's set-up page, which makes the App on GitHub from app.yml and writes its credentials to `.env`.
 * Stays until it is stopped; the bot itself starts the next time.
 */
export async function serveSetupPage(): Promise<void> {
  await run(() => {});
}
