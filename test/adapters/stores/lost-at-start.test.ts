import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { Database } from "../../../src/mongo/database.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { expect, test } from "../../support/testing.ts";

test("a primary that is killed between the connection and the first answers ends the start with what to do", async () => {
  await using stores = await freshStores();
  const mongodb = new URL(stores.mongodbUri);
  const database = mongodb.pathname.slice(1);
  // It passes everything on, and resets the connection at the first question about the bot's own database.
  const server = createServer((client) => {
    const there = connect(Number(mongodb.port), mongodb.hostname);
    client.on("data", (bytes: Buffer) => {
      if (bytes.includes(`$db\0`) && bytes.includes(`${database}\0`)) client.resetAndDestroy();
      else there.write(bytes);
    });
    there.on("data", (bytes: Buffer) => client.write(bytes));
    for (const socket of [client, there])
      socket.on("error", () => {}).on("close", () => (client.destroy(), there.destroy()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const uri = `mongodb://127.0.0.1:${port}/${database}?directConnection=true`;
    await expect(Database.connect(uri)).rejects.toMatchObject({
      code: "mongodb_unreachable",
      message: expect.stringContaining("has no primary that answers"),
      remedy: expect.stringContaining("that the server is running"),
    });
  } finally {
    server.close();
  }
});
