import { expect, test } from "@jest/globals";
import { sign } from "@octokit/webhooks-methods";
import { WEBHOOK_SECRET } from "../../support/bot/environment.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { eventually } from "../../support/eventually.ts";
import { recordings } from "../../support/webhook-recordings.ts";

const bot = useBot();

async function deliver(event: string, id: string, body: string): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": id,
    "x-hub-signature-256": await sign(WEBHOOK_SECRET, body),
  };
  const response = await fetch(`${bot.url}/api/github/webhooks`, { method: "POST", body, headers });
  await response.text();
  return response.status;
}

test("every example of GitHub's comes through the door, of events with a handler and of all others", async () => {
  const handled = bot.app.webhooks;
  const answers: [string, number][] = [];
  for (const { name, examples } of recordings) {
    // Of those without a handler one is like the other.
    for (const [index, example] of (handled.has(name) ? examples : examples.slice(0, 1)).entries()) {
      const id = `00000000-0000-4000-8000-${String(answers.length).padStart(12, "0")}`;
      answers.push([`${name} ${index}`, await deliver(name, id, JSON.stringify(example))]);
    }
  }
  expect(answers.length).toBeGreaterThan(100);
  expect(answers.filter(([, status]) => status !== 202)).toEqual([]);

  const kept = recordings.filter(({ name }) => handled.has(name)).flatMap(({ examples }) => examples);
  const done = await eventually("all of them done", async () => {
    const found = await listed("done");
    return found.length === kept.length && found;
  });
  expect(await listed("dead")).toEqual([]);
  expect(done.filter(({ because }) => !/\w{3}/.test(because ?? ""))).toEqual([]);
});

interface Listed {
  readonly id: string;
  readonly because: string | null;
}

/** All deliveries of a status, page by page. */
async function listed(status: "done" | "dead"): Promise<Listed[]> {
  const items: Listed[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const from: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await bot.request(`/api/v1/deliveries?status=${status}&limit=100${from}`);
    const page = (await response.json()) as { items: Listed[]; nextCursor: string | null };
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
