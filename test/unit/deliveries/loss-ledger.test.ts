import { describe, expect, test } from "../../support/testing.ts";
import { balance, type InboxEntry, isBalanced } from "../../../bench/loss/ledger.ts";
import { redeliveriesOf } from "../../../bench/loss/redeliveries.ts";
import type { HookDelivery } from "../../local-github/state.ts";

function attempt(guid: string, more: Partial<HookDelivery> = {}): HookDelivery {
  const defaults = {
    status: "OK",
    response: { headers: {}, body: '{"outcome":"stored"}' },
    redelivery: false,
  };
  return { guid, ...defaults, ...more } as HookDelivery;
}

const FAILED = { status: "failed to connect to host", response: null };
const DONE: InboxEntry[] = ["one", "two"].map((_id) => ({ _id, status: "done", outcome: "applied" }));

describe("the ledger of a run", () => {
  test("balances if each delivery is applied, ignored, dead or a duplicate", () => {
    const attempts = [
      attempt("one"),
      attempt("one"),
      attempt("two", FAILED),
      attempt("two", { redelivery: true }),
      attempt("three"),
      attempt("four"),
      attempt("five", { response: { headers: {}, body: '{"outcome":"ignored"}' } }),
    ];
    const ledger = balance(attempts, [
      ...DONE,
      { _id: "three", status: "done", outcome: "ignored" },
      { _id: "four", status: "dead", outcome: null },
    ]);
    expect(ledger).toMatchObject({ sent: 6, applied: 2, ignored: 2, deduplicated: 1, dead: 1, lost: 0 });
    expect(isBalanced(ledger)).toBe(true);
  });

  test.each([
    { name: "one is lost", attempts: ["one", "two", "three"], inbox: DONE },
    {
      name: "one is still pending",
      attempts: ["one", "two", "three"],
      inbox: [...DONE, { _id: "three", status: "pending", outcome: null } as const],
    },
    { name: "one was never sent", attempts: ["one"], inbox: DONE },
  ])("does not balance if $name", ({ attempts, inbox }) => {
    expect(
      isBalanced(
        balance(
          attempts.map((guid) => attempt(guid)),
          inbox,
        ),
      ),
    ).toBe(false);
  });

  test("counts separately what was acknowledged and then lost", () => {
    const ledger = balance([attempt("acknowledged"), attempt("refused", FAILED)], []);
    expect(ledger).toMatchObject({ lost: 2, lostAcknowledged: 1 });
  });
});

test("redeliveries are counted: those that the inbox already had, and when the last missing one came back", () => {
  const second = (seconds: number) => new Date(1_000 * seconds);
  const again = (guid: string, seconds: number) =>
    attempt(guid, { redelivery: true, deliveredAt: second(seconds) });
  const attempts = [
    attempt("lost", { ...FAILED, deliveredAt: second(1) }),
    again("lost", 10),
    again("twice", 10),
    again("twice", 20),
    again("never", 30),
  ];
  const inbox = [
    { _id: "lost", receivedAt: second(10) },
    { _id: "twice", receivedAt: second(11) },
    { _id: "other", receivedAt: second(40) },
  ];
  expect(redeliveriesOf(attempts, inbox)).toEqual({
    asked: 4,
    needless: 1,
    repeated: 1,
    lastBackAt: second(11),
  });
});
