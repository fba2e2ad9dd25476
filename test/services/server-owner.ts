/**
 * A process that starts servers, writes their pids to stdout as one line of JSON, and then ends as its first argument
 * says: `wait` for a signal, `throw`, or `return` without stopping anything. Its second argument names the servers.
 */
import { startMongo } from "../../script/services/mongo-server.ts";
import { startRedis } from "../../script/services/redis-server.ts";
import { startGitStarter } from "../support/servers/git-starter.ts";

const [, , ending, kinds = ""] = process.argv;
const start = { mongo: startMongo, redis: startRedis, git: startGitStarter };
const servers = await Promise.all(kinds.split(",").map((kind) => start[kind as keyof typeof start]()));
console.log(JSON.stringify(servers.flatMap((server) => server.pids)));

if (ending === "throw") throw new Error("as asked");
// A timer keeps the process alive; the servers do not.
if (ending === "wait") setInterval(() => undefined, 60_000);
