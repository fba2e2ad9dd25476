import { ProbotOctokit } from "probot";
import type { LossStage } from "./stage.ts";

const PAGE_SIZE = 100;
const ASKED_AT_ONCE = 10;
const ROUNDS_MAX = 20;

/**
 * Has GitHub deliver again what it could not deliver: each GUID of which no attempt was answered well, until none is
 * left. As GitHub's own script for the purpose does it, and at once: the bot's asks at a pace of hours.
 *
 * https://docs.github.com/en/webhooks/using-webhooks/automatically-redelivering-failed-deliveries-for-a-github-app-webhook
 *
 * @returns how often it asked
 */
export async function repair({ github, app }: LossStage): Promise<number> {
  const octokit = new ProbotOctokit({
    baseUrl: github.apiUrl,
    throttle: { enabled: false },
    auth: { appId: app.id, privateKey: app.privateKeyPem },
  });
  let asked = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await github.webhooks.drain();
    const failed = await failedIds(octokit);
    if (failed.length === 0) return asked;
    for (let index = 0; index < failed.length; index += ASKED_AT_ONCE) {
      const some = failed.slice(index, index + ASKED_AT_ONCE);
      await Promise.all(
        some.map((id) =>
          octokit.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id }),
        ),
      );
      await github.webhooks.drain();
    }
    asked += failed.length;
  }
  return asked;
}

/** One attempt of each GUID that never was answered well. */
async function failedIds(octokit: ProbotOctokit): Promise<number[]> {
  const attempts = await octokit.paginate("GET /app/hook/deliveries", { per_page: PAGE_SIZE });
  const answered = new Set(attempts.filter(({ status }) => status === "OK").map(({ guid }) => guid));
  const failed = new Map(
    attempts.filter(({ guid }) => !answered.has(guid)).map(({ guid, id }) => [guid, id]),
  );
  return [...failed.values()];
}
