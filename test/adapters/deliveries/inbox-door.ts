// A webhook door with an inbox that stores only the ids of deliveries.

import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Arrived } from "../../../src/deliveries/repair.ts";
import type { Database } from "../../../src/mongo/database.ts";

export class InboxDoor implements Arrived {
  /** `without-answer` stores a delivery and dies before it answers. */
  accepts: "all" | "nothing" | "without-answer" = "all";
  /** The GUIDs of the deliveries that the door has stored. */
  readonly stored = new Set<string>();
  readonly #server: Server;
  readonly #database: Database;

  private constructor(server: Server, database: Database) {
    this.#server = server;
    this.#database = database;
    server.on("request", (request, response) => {
      request
        .resume()
        .on("end", () => void this.#take(String(request.headers["x-github-delivery"]), response));
    });
  }

  static async open(database: Database): Promise<InboxDoor> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new InboxDoor(server, database);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async has(guids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = this.#inbox.find({ _id: { $in: [...guids] } });
    return new Set((await found.toArray()).map(({ _id }) => _id));
  }

  count(): Promise<number> {
    return this.#inbox.countDocuments();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #take(guid: string, response: ServerResponse): Promise<void> {
    if (this.accepts === "nothing") return void response.destroy();
    await this.#inbox.updateOne({ _id: guid }, { $setOnInsert: { _id: guid } }, { upsert: true });
    this.stored.add(guid);
    if (this.accepts === "without-answer") return void response.destroy();
    response.writeHead(202).end();
  }

  get #inbox() {
    return this.#database.native.collection<{ _id: string }>("inbox");
  }
}
