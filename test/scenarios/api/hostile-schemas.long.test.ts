import { DESCRIPTION, type DescribedOperation } from "../../support/bot/contract.ts";
import { ADMIN_TOKEN } from "../../support/bot/environment.ts";
import { useScenario } from "../../support/scenario.ts";
import { describe, expect, test } from "../../support/testing.ts";

// With a GitHub: while it is away, routes that need it read no body.
const scenario = useScenario({}, { webhooks: false });
/** Its body is GitHub's, and only the signature says whether it is read. */
const SIGNED = "receiveWebhook";

const operations = Object.entries(DESCRIPTION.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, requestBody, parameters = [] }]) => {
    return { path, method: method.toUpperCase(), operationId, requestBody, parameters };
  }),
);

async function call({ path, method }: { path: string; method: string }, query: string, body: string | null) {
  const address = path.replaceAll(/\{\w+\}/g, "ffffffffffffffffffffffff");
  const response = await fetch(`${scenario.bot.url}${address}${query}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(body !== null && { "content-type": "application/json" }),
    },
    ...(body !== null && { body }),
  });
  return { status: response.status, problem: (await response.json()) as { code: string; detail: string } };
}

const withBody = operations.filter(({ requestBody, operationId }) => requestBody && operationId !== SIGNED);
/** GitHub may add parameters to the address to which it sends people back, so others than its own are left out, not refused. */
const FROM_GITHUB = "endSignInWithGitHub";
const withQuery = operations.filter(
  ({ parameters, operationId }) =>
    operationId !== FROM_GITHUB && parameters.some((each) => each.in === "query"),
);

test("there are bodies and queries to try", () => {
  expect(withBody.length).toBeGreaterThan(10);
  expect(withQuery.length).toBeGreaterThan(4);
});

describe("an operator of MongoDB", () => {
  test.each(withBody)("is refused as the body of $operationId", async (operation) => {
    expect(await call(operation, "", '{"$gt":""}')).toMatchObject({ status: 400 });
  });

  test.each(withBody.filter(({ requestBody }) => requestBody?.required))(
    "is refused as each field of the body of $operationId",
    async (operation) => {
      for (const field of fieldsOf(operation)) {
        const { status, problem } = await call(operation, "", JSON.stringify({ [field]: { $gt: "" } }));
        expect({ field, status, detail: problem.detail }).toMatchObject({ status: 400 });
      }
    },
  );

  test.each(withQuery)("is refused as each parameter of $operationId", async (operation) => {
    for (const { name, in: place } of operation.parameters) {
      if (place !== "query") continue;
      for (const query of [`?${name}[$gt]=`, `?${name}[$ne]=x`, `?${name}.$gt=`, "?$where=1"]) {
        expect({ query, ...(await call(operation, query, null)) }).toMatchObject({ query, status: 400 });
      }
    }
  });
});

describe("a name that changes every object", () => {
  test.each(withBody)("is refused in the body of $operationId", async (operation) => {
    for (const body of [
      '{"__proto__":{"admin":true}}',
      '{"a":{"__proto__":{}}}',
      '{"constructor":{"prototype":{}}}',
    ]) {
      expect({ body, ...(await call(operation, "", body)) }).toMatchObject({ body, status: 400 });
    }
  });

  test.each(withQuery)("is refused in the query of $operationId", async (operation) => {
    for (const query of [
      "?__proto__=1",
      "?__proto__[limit]=1",
      "?constructor=1",
      "?limit=1&limit[__proto__]=1",
    ]) {
      expect({ query, ...(await call(operation, query, null)) }).toMatchObject({ query, status: 400 });
    }
  });
});

/** The fields that the operation's body can have, whatever their form. */
function fieldsOf({
  requestBody,
}: {
  readonly requestBody: DescribedOperation["requestBody"];
}): readonly string[] {
  const text = JSON.stringify(requestBody?.content["application/json"]);
  const [, name] = /#\/components\/schemas\/([\w.]+)/.exec(text) ?? [];
  const { schemas } = DESCRIPTION.components;
  const schema = name === undefined ? undefined : schemas[name];
  const branches = [schema, ...(schema?.oneOf ?? [])].map((each) =>
    each?.$ref ? schemas[each.$ref.split("/").at(-1) ?? ""] : each,
  );
  return [...new Set(branches.flatMap((each) => Object.keys(each?.properties ?? {})))];
}
