import type { App } from "../../src/app.ts";
import { OrbError } from "../../src/errors.ts";
import type { HttpServer } from "../../src/http/server.ts";

// https://docs.github.com/en/webhooks/webhook-events-and-payloads: payloads are capped at 25 MB
const BODY_BYTES_MAX = 25 * 1024 * 1024;

/** What app.yml subscribes to, and what GitHub sends to every App; anything else is counted as `other`. */
const EVENTS = new Set([
  "check_run",
  "check_suite",
  "github_app_authorization",
  "installation",
  "installation_repositories",
  "installation_target",
  "issue_comment",
  "ping",
  "pull_request",
  "pull_request_review",
  "push",
  "status",
]);

/**
 * `POST /api/github/webhooks`: checks the signature over the raw bytes. No event has a handler yet, and those
 * without one are counted and not kept.
 */
export function webhookRoutes(server: HttpServer, { github, telemetry }: App): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    scope.post(
      "/api/github/webhooks",
      { config: { access: "open" }, bodyLimit: BODY_BYTES_MAX },
      async ({ body, headers }, reply) => {
        const named = String(headers["x-github-event"] ?? "");
        const event = EVENTS.has(named) ? named : "other";
        const deliveryId = String(headers["x-github-delivery"] ?? "");
        const signature = String(headers["x-hub-signature-256"] ?? "");
        const genuine = Buffer.isBuffer(body) && (await github.isGenuineWebhook(body, signature));
        const outcome = genuine ? "ignored" : "bad_signature";
        telemetry.webhookReceived({ event, outcome, deliveryId });
        if (!genuine) {
          throw new OrbError({
            code: "bad_signature",
            reason: "The signature in X-Hub-Signature-256 is not that of the body.",
            remedy: "Set the same secret in the App's settings on GitHub and in WEBHOOK_SECRET.",
          });
        }
        return reply.status(202).send({ deliveryId, outcome });
      },
    );
  });
}
