import { z } from "zod";
import { OrbError } from "../../../src/errors.ts";
import type { HttpServer } from "../../../src/http/http-server.ts";
import type { Problems } from "../../../src/http/problem.ts";
import type { Database } from "../../../src/mongo/database.ts";
import { LeasedWork } from "../../../src/mongo/queue/leased-work.ts";
import { WorkQueue } from "../../../src/mongo/queue/work-queue.ts";
import type { Subject } from "../../../src/subject.ts";
import { type Instruments, TelemetryPart } from "../../../src/telemetry/part.ts";
import { leasedLoop } from "../../../src/work/leased-loop.ts";
import type { Worker } from "../../../src/work/worker.ts";
import { LETTERS_COLLECTION, LetterStore, type StoredLetter } from "./letter-store.ts";

const EVERY_MS = 3_600_000;
const PROBLEMS: Problems = {
  letter_lost: { status: 410, meaning: "The letter was never written.", remedy: "Write it again." },
};

interface Needs {
  readonly database: Database;
  readonly instruments: Instruments;
  readonly worker: Worker;
}

class LetterTelemetry extends TelemetryPart<"letter_loop"> {
  readonly #letters;

  constructor(instruments: Instruments) {
    super(instruments);
    this.#letters = instruments.metrics.gauge({ name: "orb_letters", help: "Letters that are stored" });
  }

  counted(letters: number): void {
    this.#letters.set(letters);
  }
}

/** A subject that does next to nothing, and has each part that a subject can have: `Subject` in `src/subject.ts`. */
export function letters({ database, instruments, worker }: Needs): Subject {
  const { pace, now } = worker;
  const telemetry = new LetterTelemetry(instruments);
  const store = new LetterStore(database);
  const leases = new LeasedWork<StoredLetter>(store.model, { worker, waitMsMax: EVERY_MS });
  const rest = { dueAt: null, attempts: 0 };
  const answered = { ...rest, update: { $set: { answered: true } } };
  const queue = new WorkQueue<StoredLetter>(
    leases,
    {
      about: () => ({}),
      attempt: ({ lease }) => ({
        run: () => leases.release(lease, answered),
        failed: () => leases.release(lease, rest),
      }),
      quarantine: ({ lease }) => leases.release(lease, rest),
    },
    worker,
  );
  const onError = (error: unknown) => telemetry.setback("letter_loop", error);
  const loop = leasedLoop(queue, { pace, now, onError });
  return {
    migrations: [{ id: "letters/1-welcome", run: () => store.add("of the migration", now()) }],
    loops: [{ loop, wokenBy: [{ collection: LETTERS_COLLECTION }] }],
    jobs: [
      {
        name: "letters",
        everyMs: EVERY_MS,
        run: async () => {
          await store.add("of the job", now());
          return {};
        },
      },
    ],
    webhooks: new Map([
      [
        "star",
        async ({ id }) => {
          await store.add(`of the webhook ${id}`, now());
          return { outcome: "applied", because: "A letter was written" };
        },
      ],
    ]),
    onSignal: async ({ project }) => {
      await store.add(`of the signal of ${project}`, now());
      return () => {};
    },
    routes: [(server) => letterRoutes(server, store)],
    problems: PROBLEMS,
    count: async () => telemetry.counted(await store.model.countDocuments()),
    stop: () => store.add("of the end", now()),
  };
}

function letterRoutes(server: HttpServer, store: LetterStore): void {
  server.get(
    "/api/v1/letters/:text",
    {
      config: { access: "read" },
      schema: {
        params: z.object({ text: z.string() }),
        response: { 200: z.object({ text: z.string(), answered: z.boolean() }) },
        operation: { id: "getLetter", tag: "System", summary: "Read a letter", problems: ["letter_lost"] },
      },
    },
    async ({ params: { text } }) => {
      const letter = await store.model.findOne({ text: { $eq: text } }).lean();
      if (letter) return { text, answered: letter.answered };
      throw new OrbError({ code: "letter_lost", reason: `No letter ${text}.`, remedy: "Write it again." });
    },
  );
}
