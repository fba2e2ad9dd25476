import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "../../support/testing.ts";
import { BodyBudget } from "../../../src/deliveries/body-budget.ts";
import { Body } from "../../../src/deliveries/body.ts";

const MEBIBYTE = 1024 * 1024;

function options(more: { contentLength?: string; withinMs?: number; room?: BodyBudget } = {}) {
  const seen: number[] = [];
  const onBytes = (bytes: Uint8Array) => void seen.push(bytes.length);
  return { seen, contentLength: "1", room: new BodyBudget(), onBytes, ...more };
}

async function all(body: Body): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body.bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([
  { name: "a small body in memory", mebibytes: 0.1, held: true },
  { name: "a large body on disk", mebibytes: 3, held: false },
])("$name can be read more than once, unchanged", async ({ mebibytes, held }) => {
  const chunks = Array.from({ length: 30 }, (_, index) =>
    Buffer.alloc((mebibytes * MEBIBYTE) / 30, `${index}`),
  );
  await using body = await Body.receive(Readable.from(chunks), options());
  expect(body.inMemory !== null).toBe(held);
  for (let again = 0; again < 2; again++) expect((await all(body)).equals(Buffer.concat(chunks))).toBe(true);
});

test("a body on disk has no file name, so nothing is left of it whenever the process ends", async () => {
  // A folder of its own: bots of other tests have bodies on disk, too, and one has a name for a moment.
  const folder = await mkdtemp(join(tmpdir(), "orb-bodies-"));
  const { TMPDIR } = process.env;
  process.env["TMPDIR"] = folder;
  try {
    await using body = await Body.receive(Readable.from([Buffer.alloc(MEBIBYTE)]), options());
    expect(body.inMemory).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    await rm(folder, { recursive: true });
  }
});

test("without a length at most 4 MiB are read", async () => {
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(MEBIBYTE);
    })(),
  );
  const { contentLength: _, ...undeclared } = options();
  const received = Body.receive(endless, { ...undeclared, contentLength: undefined });
  await expect(received).rejects.toMatchObject({ code: "too_large" });
  expect(undeclared.seen).toHaveLength(4);
});

test("a body that does not arrive is refused, and so is one whose sender hangs up", async () => {
  const silent = new PassThrough();
  silent.write("beginning");
  await expect(Body.receive(silent, options({ withinMs: 10 }))).rejects.toMatchObject({
    code: "request_timeout",
  });
  const cut = new PassThrough();
  const received = Body.receive(cut, options());
  cut.destroy();
  await expect(received).rejects.toMatchObject({ code: "bad_request" });
});

test("if all bodies together are too large for memory, the next small one goes to disk", async () => {
  const room = new BodyBudget();
  expect(room.tryMemory(64 * MEBIBYTE)).toBe(true);
  await using body = await Body.receive(Readable.from([Buffer.from("{}")]), options({ room }));
  expect(body.inMemory).toBeNull();
  expect((await all(body)).toString()).toBe("{}");
});

test("if they are too large for the disk too, the next body is refused until another one is released", async () => {
  const room = new BodyBudget();
  const large = () => Body.receive(Readable.from([Buffer.alloc(MEBIBYTE)]), options({ room }));
  room.takeDisk(1024 * MEBIBYTE - MEBIBYTE);
  const last = await large();
  await expect(large()).rejects.toMatchObject({ code: "overloaded" });
  await last[Symbol.asyncDispose]();
  await using next = await large();
  expect(next.byteLength).toBe(MEBIBYTE);
});
