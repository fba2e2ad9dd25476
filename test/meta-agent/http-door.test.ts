import { CloudEvent } from "cloudevents";
import { expect, test } from "@jest/globals";
import { openHttpDoor } from "../../fixtures/meta-agent/http-door.ts";
import { startSignalSink } from "../support/signal-sink.ts";

const event = new CloudEvent({
  id: "e-1",
  source: "urn:orb:meta-agent:test",
  type: "orb.project.cancelled",
  data: { project: "p-1" },
});
const AT_ONCE = { "Retry-After": "0" };

test("an event is posted in structured mode with the token", async () => {
  await using sink = await startSignalSink();
  await openHttpDoor({ url: sink.url, token: "orb_t" }).send(event);
  const [request] = sink.requests;
  expect(request).toMatchObject({ method: "POST", path: "/api/v1/signals" });
  expect(request?.headers).toMatchObject({
    authorization: "Bearer orb_t",
    "content-type": expect.stringMatching(/^application\/cloudevents\+json/),
  });
  expect(JSON.parse(request?.body ?? "")).toEqual(JSON.parse(JSON.stringify(event)));
});

test.each([429, 503])("after %d the same event is sent again", async (status) => {
  await using sink = await startSignalSink((attempt) =>
    attempt < 3 ? { status, headers: AT_ONCE } : { status: 202 },
  );
  await openHttpDoor({ url: sink.url, token: "orb_t" }).send(event);
  expect(sink.events().map(({ id, source }) => [id, source])).toEqual(
    Array.from({ length: 3 }, () => ["e-1", "urn:orb:meta-agent:test"]),
  );
});

test("after a lost connection the same event is sent again", async () => {
  await using sink = await startSignalSink((attempt) => (attempt === 1 ? "hang up" : { status: 202 }));
  await openHttpDoor({ url: sink.url, token: "orb_t" }).send(event);
  expect(sink.events().map(({ id }) => id)).toEqual(["e-1", "e-1"]);
});

test("the door gives up after six attempts and says that sending later is safe", async () => {
  await using sink = await startSignalSink(() => ({ status: 503, headers: AT_ONCE }));
  await expect(openHttpDoor({ url: sink.url, token: "orb_t" }).send(event)).rejects.toMatchObject({
    code: "signal_not_sent",
    message: "The bot answered 503: Service Unavailable",
    remedy: expect.stringContaining("6 attempts failed"),
  });
  expect(sink.requests).toHaveLength(6);
});

test("a refusal is passed on in the bot's words and not tried again", async () => {
  const problem = {
    title: "Invalid signal",
    detail: "data.branch: expected a string",
    code: "invalid_signal",
  };
  await using sink = await startSignalSink(() => ({
    status: 400,
    headers: { "Content-Type": "application/problem+json" },
    body: problem,
  }));
  await expect(openHttpDoor({ url: sink.url, token: "orb_t" }).send(event)).rejects.toMatchObject({
    code: "signal_refused",
    message: "The bot answered 400: data.branch: expected a string",
  });
  expect(sink.requests).toHaveLength(1);
});

test.each([401, 403])("%d names the scope that the token needs", async (status) => {
  await using sink = await startSignalSink(() => ({ status }));
  await expect(openHttpDoor({ url: sink.url, token: "orb_t" }).send(event)).rejects.toMatchObject({
    remedy: expect.stringContaining("signals:write"),
  });
});
