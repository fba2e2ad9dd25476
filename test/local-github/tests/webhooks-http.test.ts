import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAppAuth } from "@octokit/auth-app";
import { expect, test } from "@jest/globals";
import { ProbotOctokit } from "probot";
import { setScene } from "./scene.ts";

test("an App reads its delivery log page by page, and asks for another attempt", async () => {
  await using scene = await setScene();
  const { github, repository } = scene;
  const guids: unknown[] = [];
  const door = createServer((request, response) => {
    guids.push(request.headers["x-github-delivery"]);
    response.writeHead(guids.length === 1 ? 500 : 202).end();
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  door.listen(0, "127.0.0.1", resolve);
  await listening;
  const { port } = door.address() as AddressInfo;
  const app = github.createApp({
    slug: "listener",
    permissions: { issues: "read" },
    events: ["issues"],
    webhook: { url: `http://127.0.0.1:${port}/`, secret: "s" },
  });
  await github.install(app, scene.acme, { repositories: "all" });
  await github.openIssue(repository, { title: "Broken" });
  await github.webhooks.drain();
  const octokit = new ProbotOctokit({
    baseUrl: github.apiUrl,
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey: app.privateKeyPem },
    throttle: { enabled: false },
    retry: { enabled: false },
  });

  const all = await octokit.paginate("GET /app/hook/deliveries", { per_page: 1 });
  expect(all.map(({ event }) => event).sort()).toEqual(["installation", "issues"]);
  const failures = await octokit.rest.apps.listWebhookDeliveries({ status: "failure" });
  expect(failures.data).toMatchObject([{ status_code: 500, redelivery: false }]);
  const [failed] = failures.data;

  await octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: failed?.id ?? 0 });
  await github.webhooks.drain();
  expect(guids).toHaveLength(3);
  const [newest] = (await octokit.rest.apps.listWebhookDeliveries()).data;
  expect(newest).toMatchObject({ redelivery: true, status: "OK", guid: failed?.guid });
  const full = await octokit.rest.apps.getWebhookDelivery({ delivery_id: newest?.id ?? 0 });
  expect(full.data.request?.headers).toHaveProperty("X-GitHub-Delivery", failed?.guid);
  door.closeAllConnections();
  door.close();
});
