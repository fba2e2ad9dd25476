import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";
import { connectRedis, type RedisClient } from "../../../src/redis/client.ts";
import { forgetConsumers } from "../../../src/redis/forget-consumers.ts";
import { StreamConsumer } from "../../../src/redis/stream-consumer.ts";
import { trimStream } from "../../../src/redis/trim-stream.ts";

const STREAM = "entries";
const HISTORIES = 200;
/** Enough that both groups read and acknowledge some entries, and a trim comes between. */
const STEPS = { minLength: 20, maxLength: 60, size: "max" } as const;

let stores: Stores;
let redis: RedisClient;
let reader: RedisClient;
beforeAll(async () => {
  stores = await freshStores();
  redis = connectRedis(stores.redisUrl, { onError: () => {} });
  reader = connectRedis(stores.redisUrl, { onError: () => {} });
});
beforeEach(async () => void (await redis.flushdb()));
afterAll(async () => {
  redis.disconnect();
  reader.disconnect();
  await stores[Symbol.asyncDispose]();
});

async function idsOf(stream: string): Promise<string[]> {
  return (await redis.xrange(stream, "-", "+")).map(([id]) => id);
}

function add(id = "*"): Promise<string | null> {
  return redis.xadd(STREAM, id, "event", "{}");
}

async function read(group: string, consumer: string, count: number): Promise<string[]> {
  const answer = (await redis.xreadgroup(
    "GROUP",
    group,
    consumer,
    "COUNT",
    count,
    "STREAMS",
    STREAM,
    ">",
  )) as [string, [string, string[]][]][] | null;
  return answer?.[0]?.[1].map(([id]) => id) ?? [];
}

describe("trimming removes what every group is done with", () => {
  test("and nothing that is unread or pending in one of them", async () => {
    const ids = [];
    for (let index = 0; index < 6; index++) ids.push(await add());
    await redis.xgroup("CREATE", STREAM, "ours", "0");
    await redis.xgroup("CREATE", STREAM, "theirs", "0");
    const ours = await read("ours", "one", 6);
    expect(await trimStream(redis, STREAM)).toMatchObject({ removed: 0, left: 6 });
    const theirs = await read("theirs", "two", 4);
    await redis.xack(STREAM, "ours", ...ours);
    await redis.xack(STREAM, "theirs", ...theirs.filter((_, index) => index !== 2));
    expect(await trimStream(redis, STREAM)).toEqual({ removed: 2, left: 4, group: "theirs" });
    expect(await idsOf(STREAM)).toEqual(ids.slice(2));
    await redis.xack(STREAM, "theirs", ...theirs);
    expect(await trimStream(redis, STREAM)).toMatchObject({ removed: 2, left: 2 });
    expect(await idsOf(STREAM)).toEqual(ids.slice(4));
  });

  test("and leaves a stream without groups, or none, alone", async () => {
    expect(await trimStream(redis, STREAM)).toEqual({ removed: 0, left: 0, group: "" });
    await add();
    expect(await trimStream(redis, STREAM)).toEqual({ removed: 0, left: 1, group: "" });
    expect(await idsOf(STREAM)).toHaveLength(1);
  });

  test.each(["7-18446744073709551615", "7-9007199254740993", "123-0"])(
    "whatever the ids are, such as %s",
    async (id) => {
      await redis.xgroup("CREATE", STREAM, "ours", "0", "MKSTREAM");
      await add("5-1");
      await add(id);
      const after = await add("9999999999999-0");
      await redis.xack(STREAM, "ours", ...(await read("ours", "one", 2)));
      await trimStream(redis, STREAM);
      const left = await idsOf(STREAM);
      expect(left).toContain(after);
      expect(left).not.toContain("5-1");
    },
  );

  test("also a backlog of many thousands", async () => {
    const pipeline = redis.pipeline();
    for (let index = 0; index < 25_000; index++) pipeline.xadd(STREAM, "*", "event", "{}");
    await pipeline.exec();
    await redis.xgroup("CREATE", STREAM, "ours", "$");
    expect(await trimStream(redis, STREAM)).toMatchObject({ removed: 25_000, left: 0 });
    expect(await idsOf(STREAM)).toEqual([]);
  });
});

interface Who {
  readonly group: number;
  readonly consumer: number;
}

/** What may happen to a stream, in any order: `who` is one of two groups, each with two consumers. */
type Step =
  | { readonly do: "add" }
  | { readonly do: "trim" }
  | (Who & { readonly do: "read" | "ack" | "claim"; readonly count: number })
  /** The process is killed: a new one, with another name, takes its place. What it held stays pending. */
  | (Who & { readonly do: "crash" });

const who = { group: fc.nat({ max: 1 }), consumer: fc.nat({ max: 1 }) };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: "add" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "trim" as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("read" as const, "ack" as const, "claim" as const),
      ...who,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), ...who }) },
);

/** Two groups of one stream, and what each has still to read and to acknowledge according to the commands so far. */
class Model {
  readonly #generations = [
    [0, 0],
    [0, 0],
  ];
  readonly added: string[] = [];
  readonly unread: string[][] = [[], []];
  /** By id, the consumer. */
  readonly pending = [new Map<string, string>(), new Map<string, string>()] as const;

  async play(step: Step): Promise<void> {
    if (step.do === "add") {
      const id = String(await add());
      this.added.push(id);
      for (const unread of this.unread) unread.push(id);
      return;
    }
    if (step.do === "trim") return void (await trimStream(redis, STREAM));
    const name = this.#nameOf(step);
    const [group, pending] = [`group-${step.group}`, step.group === 0 ? this.pending[0] : this.pending[1]];
    if (step.do === "crash") {
      const generations = this.#generations[step.group] ?? [];
      generations[step.consumer] = (generations[step.consumer] ?? 0) + 1;
    } else if (step.do === "read") {
      for (const id of await read(group, name, step.count)) {
        pending.set(id, name);
        this.unread[step.group] = (this.unread[step.group] ?? []).filter((each) => each !== id);
      }
    } else if (step.do === "ack") {
      const ids = [...pending].filter(([, holder]) => holder === name).map(([id]) => id);
      for (const id of ids.slice(0, step.count)) {
        await redis.xack(STREAM, group, id);
        pending.delete(id);
      }
    } else {
      await redis.xautoclaim(STREAM, group, name, 0, "0", "COUNT", step.count);
      const rows = (await redis.xpending(STREAM, group, "-", "+", 1_000)) as [string, string][];
      for (const [id, holder] of rows) pending.set(id, holder);
    }
  }

  get needed(): string[] {
    const needed = new Set([...this.unread.flat(), ...this.pending.flatMap((each) => [...each.keys()])]);
    return this.added.filter((id) => needed.has(id));
  }

  #nameOf({ group, consumer }: { group: number; consumer: number }): string {
    return `consumer-${consumer}-${this.#generations[group]?.[consumer] ?? 0}`;
  }
}

test("in every order of adding, reading, acknowledging, claiming, crashing and trimming no needed entry goes, and all others do", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, STEPS), async (steps) => {
      await redis.flushdb();
      for (const group of [0, 1]) await redis.xgroup("CREATE", STREAM, `group-${group}`, "0", "MKSTREAM");
      const model = new Model();
      for (const each of steps) {
        await model.play(each);
        const left = await idsOf(STREAM);
        expect(left).toEqual(expect.arrayContaining(model.needed));
        if (each.do !== "trim") continue;
        const lowest = model.needed[0];
        expect(left).toEqual(lowest === undefined ? [] : model.added.slice(model.added.indexOf(lowest)));
      }
    }),
    sampledInputs({ all: HISTORIES, sample: 40 }),
  );
});

/** A consumer of the group `ours`. Each time that it reads, it is a minute later for it. */
function consumerOfOurs(onLong: (stream: { entries: number; group: string }) => void = () => {}) {
  let nowMs = 0;
  return new StreamConsumer({
    commands: redis,
    reader,
    stream: STREAM,
    group: "ours",
    consumer: "one",
    waitMs: 1,
    now: () => new Date((nowMs += 60_000)),
    onLong,
  });
}

test("a consumer keeps a stream as short as what is not acknowledged, however much goes through it", async () => {
  const consumer = consumerOfOurs();
  let handled = 0;
  let longest = 0;
  for (let round = 0; round < 6; round++) {
    const pipeline = redis.pipeline();
    for (let index = 0; index < 100; index++) pipeline.xadd(STREAM, "*", "event", "{}");
    await pipeline.exec();
    await consumer.readBatch(async (entries) => void (handled += entries.length));
    await consumer.readBatch(async (entries) => void (handled += entries.length));
    longest = Math.max(longest, await redis.xlen(STREAM));
  }
  expect(handled).toBe(600);
  expect(longest).toBeLessThanOrEqual(200);
});

test("a group that nobody reads with loses nothing, and the consumer of another group says which it is", async () => {
  await redis.xgroup("CREATE", STREAM, "abandoned", "0", "MKSTREAM");
  await redis.eval("for i = 1, 100001 do redis.call('XADD', KEYS[1], '*', 'event', '{}') end", 1, STREAM);
  await redis.xgroup("CREATE", STREAM, "ours", "$");
  const said: unknown[] = [];
  await consumerOfOurs((stream) => void said.push(stream)).readBatch(async () => {});
  expect(said).toEqual([{ entries: 100_001, group: "abandoned" }]);
  await redis.xgroup("DESTROY", STREAM, "abandoned");
  expect(await trimStream(redis, STREAM)).toMatchObject({ removed: 100_001, left: 0 });
});

test("of the consumers that have not asked for entries for a while, those that hold none are forgotten", async () => {
  await redis.xgroup("CREATE", STREAM, "ours", "0", "MKSTREAM");
  await add();
  await read("ours", "holds one", 1);
  await redis.xgroup("CREATECONSUMER", STREAM, "ours", "holds none");
  const names = async () =>
    ((await redis.xinfo("CONSUMERS", STREAM, "ours")) as string[][]).map(([, name]) => name);
  await forgetConsumers(redis, { stream: STREAM, group: "ours", idleMs: 3_600_000 });
  expect(await names()).toEqual(expect.arrayContaining(["holds none", "holds one"]));
  await forgetConsumers(redis, { stream: STREAM, group: "ours", idleMs: -1 });
  expect(await names()).toEqual(["holds one"]);
});
