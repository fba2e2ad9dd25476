import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { webhookHandlers } from "../../../handlers/webhook-handlers.ts";
import { type Inbox, openInbox } from "../../support/webhook-deliveries.ts";
import { recordings } from "../../support/webhook-recordings.ts";

let inbox: Inbox;

beforeAll(async () => {
  inbox = await openInbox();
});

afterAll(async () => {
  await inbox[Symbol.asyncDispose]();
});

test("every example of an event that has a handler is handled, or ignored with a reason", async () => {
  const handlers = webhookHandlers(inbox.app);
  const ours = recordings.filter(({ name }) => handlers.has(name));
  // GitHub publishes no example of rulesets.
  expect(ours.map(({ name }) => name)).toEqual(
    [...handlers.keys()].filter((name) => name !== "repository_ruleset").toSorted(),
  );
  const unlike: string[] = [];
  for (const { name, examples } of ours) {
    for (const [index, example] of examples.entries()) {
      const { because } = await inbox.deliver(name, example);
      expect(because).toMatch(/\w{3}/);
      if (because.includes("not as GitHub describes it")) unlike.push(`${name} ${index}: ${because}`);
    }
  }
  expect(unlike).toEqual([]);
});
