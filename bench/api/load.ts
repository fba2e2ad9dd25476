import autocannon from "autocannon";
import { type Db, MongoClient } from "mongodb";
import { startMongo } from "../../script/services/mongo-server.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import { keyOf } from "../../src/pull-requests/record/record.ts";
import { fill } from "../../test/support/history/fill.ts";
import { historicProject } from "../../test/support/history/others.ts";
import { historicRecord } from "../../test/support/history/records.ts";
import type { MeasuredServer } from "../measured-server.ts";
import { makeUsers, requestsOf, type Stock, type User } from "./users.ts";

/** Each write needs another one. */
const RECORDS = 20_000;
const PROJECTS = 2_000;
const ASKED_ABOUT = 500;
/** Of the API, at once. */
const USERS = 100;
const TOO_MANY = "429";
/** The most that a limit may be, so that nearly nobody is refused. The users come from addresses of their own, behind a proxy. */
const AMPLE_LIMITS = {
  RATE_LIMITS: "read=10000,write=10000,admin=10000,anonymous=10000",
  TRUSTED_PROXIES: "127.0.0.1",
};

/** What a server did under load. */
export interface MeasuredApi {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly p99Ms: number;
  readonly tooMany: number;
  readonly failed: number;
}

/** Who asks, and about what. */
export interface Load {
  readonly users: readonly User[];
  readonly stock: Stock;
  readonly nextId: () => string;
}

/** All users of the API, who have tokens of this bot. */
export async function loadOf(url: string, stock: Stock): Promise<Load> {
  const users = await makeUsers(url, USERS);
  let next = 0;
  const nextId = () => stock.ids[next++ % stock.ids.length] ?? "";
  return { users, stock: { ...stock, ids: stock.ids.slice(0, ASKED_ABOUT) }, nextId };
}

/** A MongoDB with pull requests and projects, and a Redis, for bots that take the load. */
export async function openStand(stack: AsyncDisposableStack) {
  // With MongoDB's default memory: limited to half a gigabyte, it soon spends its time on evicting its cache.
  const mongo = stack.use(await startMongo({ sparing: false }));
  const redis = stack.use(await startRedis());
  const client = stack.use(new MongoClient(mongo.uri));
  const surroundings = { mongodbUri: mongo.uri, redisUrl: redis.uri, limits: AMPLE_LIMITS };
  return { stock: await stockUp(client.db()), surroundings };
}

/** Fills a database with open pull requests, one of each project of the first ones, and projects. */
async function stockUp(db: Db): Promise<Stock> {
  const projects = Array.from({ length: PROJECTS }, (_, index) => historicProject(index)._id);
  const record = (index: number) => {
    const project = projects[index % PROJECTS] ?? "";
    const name = { project, repository: `octo/repository-${index % 500}`, branch: `agent/change-${index}` };
    // The first one is open.
    return { ...historicRecord(0), ...name, key: keyOf(name) };
  };
  await fill(db, "pull_requests", { count: RECORDS, document: record });
  await fill(db, "projects", { count: PROJECTS, document: (index) => ({ ...historicProject(index) }) });
  const records = await db.collection("pull_requests").find().project({ _id: 1 }).toArray();
  return { ids: records.map(({ _id }) => String(_id)), projects: projects.slice(0, ASKED_ABOUT) };
}

/** Lets all users send requests at once. */
export async function loadApi(server: MeasuredServer, load: Load, seconds: number): Promise<MeasuredApi> {
  const { users, stock, nextId } = load;
  const cpuUsBefore = await server.cpuUs();
  let clients = 0;
  const result = await autocannon({
    url: server.url,
    connections: users.length,
    duration: seconds,
    setupClient: (client) => {
      const offset = clients++ % users.length;
      const user = users[offset];
      if (user) client.setRequests(requestsOf(user, { stock, offset, nextId }));
    },
  });
  const cpuUs = (await server.cpuUs()) - cpuUsBefore;
  const { "2xx": answered, non2xx, errors, requests, latency } = result;
  if (answered === 0) {
    const statuses = JSON.stringify(result.statusCodeStats);
    throw new Error(
      `${server.url} has answered nothing as it should, but with ${statuses}, and ${errors} times not`,
    );
  }
  const tooMany = result.statusCodeStats?.[TOO_MANY]?.count ?? 0;
  return {
    perSecond: requests.average,
    cpuUs: cpuUs / (answered + non2xx),
    p99Ms: latency.p99,
    tooMany,
    failed: non2xx - tooMany + errors,
  };
}
