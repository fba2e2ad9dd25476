import { describe, expect, test } from "../../../support/testing.ts";
import { useBench } from "./bench.ts";

const bench = useBench();
const FILES = { "notes.md": "All of it is pushed.\n", "more.md": "This too.\n" };

test("what others freed meanwhile does not count as freed by a clean-up (D3)", async () => {
  const made = await bench.make(FILES);
  const id = await bench.ask(made);
  const { queue } = bench.process({
    hands: (hands) => ({
      ...hands,
      deleteTrash: async (marked, walking) => {
        const { bytes, inodes } = await hands.deleteTrash(marked, walking);
        return { bytes: bytes + 1_000_000, inodes: inodes + 1_000 };
      },
    }),
  });
  while (await queue.runOne());
  const promised = Object.values(FILES).join("").length;
  expect((await bench.stored(id)).freed).toEqual({ bytes: promised, inodes: Object.keys(FILES).length });
});

describe("a person cancels a clean-up whose worker", () => {
  test.each(["check:before", "archive:before", "mark:before"])(
    "died at %s: nothing was done yet",
    async (point) => {
      const made = await bench.make(FILES);
      const id = await bench.ask(made);
      const died = Promise.withResolvers<void>();
      const process = bench.process({
        checkpoint: (name) => {
          if (name !== point) return undefined;
          process.die();
          died.resolve();
          return new Promise<void>(() => {});
        },
      });
      void process.queue.runOne();
      await died.promise;
      await bench.cleanups().cancel(id, "ines");
      await bench.runAll();
      expect(await bench.stored(id)).toMatchObject({
        status: "cancelled",
        turn: null,
        work: { owner: null },
      });
      expect(await bench.contentOf(made.path)).toEqual(FILES);
      expect((await bench.typesOf(made.project)).at(-1)).toBe("cancelled");
    },
  );

  test("lives, and is about to mark the workspace: it does not come to that", async () => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made);
    const { queue } = bench.process({
      checkpoint: async (name) => {
        if (name === "mark:before") await bench.cleanups().cancel(id, "ines");
      },
    });
    await queue.runOne().catch((error: unknown) => expect(error).toMatchObject({ code: "lease_lost" }));
    expect(await bench.stored(id)).toMatchObject({ status: "cancelled", outcome: null });
    expect(await bench.contentOf(made.path)).toEqual(FILES);
    expect(await bench.trash()).toEqual([]);
  });

  test("died when the folder may have been renamed already: no, and the answer says what to do", async () => {
    const made = await bench.make(FILES);
    const id = await bench.ask(made);
    const died = Promise.withResolvers<void>();
    const process = bench.process({
      checkpoint: (name) => {
        if (name !== "rename:moved") return undefined;
        process.die();
        died.resolve();
        return new Promise<void>(() => {});
      },
    });
    void process.queue.runOne();
    await died.promise;
    await expect(bench.cleanups().cancel(id, "ines")).rejects.toMatchObject({
      code: "cleanup_running",
      remedy: expect.stringContaining("start that worker again") as unknown,
    });
  });
});
