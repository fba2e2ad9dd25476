import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { getOperationAST, parse } from "graphql";
import { isGranted, type Need, type Needs } from "../../../src/github/rules/need.ts";
import { EVENTS, GRAPHQL_REQUESTS, REST_REQUESTS } from "../../../src/github/rules/requests.ts";
import { demandsOf } from "../../local-github/auth/graphql-demands.ts";
import { permissionsFor } from "../../local-github/auth/rest-permissions.ts";
import type { Permissions } from "../../local-github/state.ts";
import { ALL_PERMISSIONS } from "../../local-github/tests/scene.ts";
import { PERMISSIONS_FOR } from "../../local-github/webhooks/subscriptions.ts";
import { askEverything } from "./everything-asked.ts";
import { type GitHubScene, setGitHubScene } from "./scene.ts";

let scene: GitHubScene;
/** Method and route of each request, and how GitHub answered. */
let sent: ReadonlyMap<string, readonly number[]>;
/** GraphQL documents by kind and name, such as `query Snapshot`. */
let documents: ReadonlyMap<string, string>;

beforeAll(async () => {
  scene = await setGitHubScene({ permissions: { ...ALL_PERMISSIONS, actions: "read", members: "read" } });
  await askEverything(scene);
  const { requests } = scene.github;
  const groups = Map.groupBy(requests.all(), ({ method, route }) => `${method} ${route}`);
  sent = new Map([...groups].map(([name, entries]) => [name, entries.map(({ status }) => status)]));
  documents = new Map(requests.documents().map((text) => [nameOf(text), text]));
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

function nameOf(text: string): string {
  const operation = getOperationAST(parse(text));
  return `${operation?.operation} ${operation?.name?.value}`;
}

test("the table has every request that is sent, and no other", () => {
  // A log is fetched from GitHub's storage, which asks for no token. Somebody signs in at GitHub's pages, which are not its API.
  const others = new Set([
    "POST /graphql",
    "GET /storage/logs/{job_id}",
    "GET /login/oauth/authorize",
    "POST /login/oauth/access_token",
  ]);
  const routes = [...sent.keys()].filter((route) => !others.has(route));
  expect(routes.toSorted()).toEqual(Object.keys(REST_REQUESTS).toSorted());
  expect([...documents.keys()].toSorted()).toEqual(Object.keys(GRAPHQL_REQUESTS).toSorted());
});

test("nothing is refused if all permissions are granted", () => {
  const refused = [...sent].filter(([, statuses]) =>
    statuses.some((status) => status === 401 || status === 403),
  );
  expect(refused).toEqual([]);
});

const rest = Object.entries<{ needs: Needs }>(REST_REQUESTS);

test.each(rest.filter(([, { needs }]) => needs.length > 0))(
  "%s needs what GitHub demands",
  (route, { needs }) => {
    const [method = "", template = ""] = route.split(" ");
    expect(clausesOf(needs)).toEqual(clausesOf(needsIn([permissionsFor(method, template)])));
  },
);

test.each(rest.filter(([, { needs }]) => needs.length === 0))("%s needs none", (route) => {
  const [method = "", template = ""] = route.split(" ");
  expect(() => permissionsFor(method, template)).toThrow("lacks");
});

test.each(Object.keys(GRAPHQL_REQUESTS) as (keyof typeof GRAPHQL_REQUESTS)[])(
  "%s needs, part by part, what GitHub demands",
  async (operation) => {
    const demanded = await demandsOf(documents.get(operation) ?? "");
    const wholeOf = (part: string) => needsIn(demanded.get(part.replace(/ … on .*/, "")) ?? []);
    const parts = [...demanded].map(([part, demands]) => {
      const needs = needsIn(demands);
      const own = part.includes(" … on ") ? withoutImplied(needs, wholeOf(part)) : needs;
      return [part, clausesOf(own)] as const;
    });
    const stated = Object.entries<Needs>(GRAPHQL_REQUESTS[operation].needs);
    expect(Object.fromEntries(stated.map(([part, needs]) => [part, clausesOf(needs)]))).toEqual(
      Object.fromEntries(parts.filter(([part, own]) => own.length > 0 || !part.includes(" … on "))),
    );
  },
);

test.each(Object.entries<{ needs: Needs }>(EVENTS))("%s needs what GitHub demands", (event, { needs }) => {
  const readers = PERMISSIONS_FOR[event as keyof typeof EVENTS];
  expect(needs).toEqual(
    readers.length === 1 ? [`${readers[0]}: read`] : [readers.map((each) => `${each}: read`)],
  );
});

/** GitHub's demands in the bot's terms. Each demand is a list of sets, of which one is enough. */
function needsIn(demands: readonly (readonly Permissions[])[]): Needs {
  return demands.flatMap((sets) => {
    const needs = sets.map((set) => Object.entries(set).map(([name, level]) => `${name}: ${level}` as Need));
    const [only] = needs;
    if (needs.length === 1 && only) return only;
    if (needs.some(({ length }) => length !== 1)) throw new Error("Sets of several among alternatives");
    return [needs.flat()];
  });
}

/** The needs as sorted text, without repetitions and without those that another one implies. */
function clausesOf(needs: Needs): string[] {
  const clauses = withoutImplied(needs, needs).map((each) => [each].flat().toSorted().join(" or "));
  return [...new Set(clauses)].toSorted();
}

/** The needs that the single ones of `others` do not imply. */
function withoutImplied(needs: Needs, others: Needs): Needs {
  return needs.filter((need) => {
    const stronger = others.filter((other) => typeof other === "string" && other !== need);
    return !stronger.some((other) => [need].flat().some((each) => isGranted(grantOf(other), each)));
  });
}

function grantOf(need: Needs[number]): Record<string, string> {
  const [permission = "", level = ""] = String(need).split(": ");
  return { [permission]: level };
}
