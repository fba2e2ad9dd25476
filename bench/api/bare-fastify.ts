// The peer of `script/bench api`: a bare Fastify with the same routes, and so with the same queries to MongoDB by the same driver,
// the same checks of queries and the same bodies. It has nothing of what the bot adds around a route: no tokens, no scopes, no rate
// limits, no log of changes, no headers for browsers, no request ids, no time-outs of routes, no metrics. So the comparison shows
// what all of these cost.

import { fastify } from "fastify";
import type { z } from "zod";
import { projectRoutes } from "../../handlers/http/projects.ts";
import { pullRequestCommandRoutes } from "../../handlers/http/pull-request-commands.ts";
import { pullRequestQuestions } from "../../handlers/http/pull-requests.ts";
import type { SchemaTypes } from "../../src/http/http-server.ts";
import { Database } from "../../src/mongo/database.ts";
import { ProjectStore } from "../../src/projects/store.ts";
import { WakeStore } from "../../src/pull-requests/intake/wake-store.ts";
import { PullRequestStore } from "../../src/pull-requests/record/store.ts";
import { standAsPeer } from "../stand-as-peer.ts";

const database = await Database.connect(process.env["MONGODB_URI"] ?? "");
const pullRequestStore = new PullRequestStore(database);
const parts = {
  database,
  pullRequestStore,
  projectStore: new ProjectStore(database),
  wakeStore: new WakeStore(pullRequestStore),
  now: () => new Date(),
};
const server = fastify().withTypeProvider<SchemaTypes>();
server.setValidatorCompiler<z.ZodType>(({ schema }) => (value) => {
  const read = schema.safeParse(value);
  return read.success ? { value: read.data } : { error: read.error };
});
server.setSerializerCompiler(() => JSON.stringify);
server.decorateRequest("actor", null);
pullRequestQuestions(server, parts);
pullRequestCommandRoutes(server, parts);
projectRoutes(server, parts);
standAsPeer(await server.listen({ port: 0, host: "127.0.0.1" }));
