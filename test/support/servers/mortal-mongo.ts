import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { freePort } from "../../../script/services/free-port.ts";
import { currentHost } from "../../../script/services/host.ts";
import { findMongod } from "../../../script/services/mongod-provider.ts";
import { member } from "../../../script/services/mongo-launch.ts";
import { formReplicaSet } from "../../../script/services/replica-set.ts";
import { eventually } from "../eventually.ts";

const MEMBERS = 3;
const PRIMARY_WITHIN_MS = 30_000;

type Server = ReturnType<typeof member>;

interface Member {
  readonly port: number;
  readonly dbPath: string;
  server: Server;
}

/** A replica set of three real members whose primary can be killed with -9, again and again. */
export class MortalMongo {
  readonly uri: string;
  readonly #members: readonly Member[];
  readonly #begin: (port: number, dbPath: string) => Promise<Server>;
  readonly #folder: string;

  private constructor(
    parts: Pick<MortalMongo, "uri"> & {
      members: readonly Member[];
      begin: (port: number, dbPath: string) => Promise<Server>;
      folder: string;
    },
  ) {
    this.uri = parts.uri;
    this.#members = parts.members;
    this.#begin = parts.begin;
    this.#folder = parts.folder;
  }

  static async start(): Promise<MortalMongo> {
    const { path: binary, version } = await findMongod(currentHost());
    const folder = await mkdtemp(join(tmpdir(), "orb-mortal-mongo-"));
    const begin = async (port: number, dbPath: string) => {
      const server = member({ binary, version, port, sparing: true }, dbPath);
      await server.start(true);
      return server;
    };
    const places = await Promise.all(
      Array.from({ length: MEMBERS }, async (_, index) => {
        const dbPath = join(folder, `member-${index}`);
        await mkdir(dbPath);
        return { port: await freePort(), dbPath };
      }),
    );
    const members = await Promise.all(
      places.map(async ({ port, dbPath }) => ({ port, dbPath, server: await begin(port, dbPath) })),
    );
    const uri = await formReplicaSet(members.map(({ port }) => `127.0.0.1:${port}`));
    return new MortalMongo({ uri, members, begin, folder });
  }

  /** Kills the primary with -9, and resolves when another member is it. The dead one is started again. */
  async killPrimary(): Promise<void> {
    const primary = await this.#primary();
    if (!primary) throw new Error("The set has no primary to kill");
    const pid = primary.server.instanceInfo?.instance.mongodProcess?.pid;
    if (pid === undefined) throw new Error("The primary has no process");
    process.kill(pid, "SIGKILL");
    await eventually(
      "another primary",
      async () => {
        const next = await this.#primary();
        return next !== null && next !== primary;
      },
      PRIMARY_WITHIN_MS,
    );
    await primary.server.stop({ doCleanup: false });
    primary.server = await this.#begin(primary.port, primary.dbPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map(({ server }) => server.stop({ doCleanup: false })));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #primary(): Promise<Member | null> {
    const asked = await Promise.all(this.#members.map(isPrimary));
    return this.#members.find((_, index) => asked[index]) ?? null;
  }
}

const ASKED_WITHIN_MS = 500;

async function isPrimary({ port }: Member): Promise<boolean> {
  try {
    await using client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
      serverSelectionTimeoutMS: ASKED_WITHIN_MS,
    });
    const { isWritablePrimary } = await client.db("admin").command({ hello: 1 });
    return isWritablePrimary === true;
  } catch {
    return false; // it is dead, or only just there
  }
}
