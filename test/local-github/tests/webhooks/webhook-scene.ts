// A world with one installed App, and an endpoint that records every delivery to it.

import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccount } from "../../acts/accounts.ts";
import { createApp, install } from "../../acts/apps.ts";
import { openIssue } from "../../acts/issues.ts";
import { createRepository } from "../../acts/repositories.ts";
import type { App, Installation, Repository } from "../../state.ts";
import { listDeliveries } from "../../webhooks/delivery-log.ts";
import { Webhooks } from "../../webhooks/webhooks.ts";
import { World, type Actor } from "../../world.ts";

const SECRET = "it's a secret";
const ANSWER_TIMEOUT_MS = 200;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Logged {
  readonly id: number;
  readonly guid: string;
  readonly status: string;
  readonly status_code: number;
  readonly redelivery: boolean;
}

export class WebhookScene {
  readonly world: World;
  readonly webhooks: Webhooks;
  readonly received: Received[] = [];
  readonly app: App;
  readonly alice: Actor;
  readonly repository: Repository;
  readonly installation: Installation;
  /** How the App's endpoint answers. */
  answer: (response: ServerResponse) => void = (response) =>
    response.writeHead(202, { "x-bot": "yes" }).end("stored");
  readonly #door: Server;

  private constructor(
    door: Server,
    parts: Pick<WebhookScene, "world" | "webhooks" | "app" | "alice" | "repository" | "installation">,
  ) {
    this.#door = door;
    this.world = parts.world;
    this.webhooks = parts.webhooks;
    this.app = parts.app;
    this.alice = parts.alice;
    this.repository = parts.repository;
    this.installation = parts.installation;
  }

  static async start(): Promise<WebhookScene> {
    const door = createServer();
    const { promise, resolve } = Promise.withResolvers<void>();
    door.listen(0, "127.0.0.1", resolve);
    await promise;
    const { port } = door.address() as AddressInfo;
    const rootDir = await mkdtemp(join(tmpdir(), "webhooks-"));
    const now = (): Date => new Date();
    const world = new World({ origin: "http://127.0.0.1:1", rootDir, now, mergeableNullReads: 0 });
    const owner = createAccount(world, "acme", "Organization");
    const app = createApp(world, {
      slug: "orb",
      owner,
      permissions: { issues: "write", checks: "write" },
      events: ["issues", "check_run"],
      webhook: { url: `http://127.0.0.1:${port}/hook`, secret: SECRET },
    });
    const repository = await createRepository(world, { owner, name: "shop" });
    const alice = { account: createAccount(world, "alice", "User"), app: null };
    const installation = await install(world, app, owner, { repositories: "all" });
    const webhooks = new Webhooks(world, { answerTimeoutMs: ANSWER_TIMEOUT_MS });
    const scene = new WebhookScene(door, { world, webhooks, app, alice, repository, installation });
    scene.#record();
    return scene;
  }

  async close(): Promise<void> {
    await this.webhooks.close();
    this.#door.closeAllConnections();
    this.#door.close();
    await rm(this.world.rootDir, { recursive: true, force: true });
  }

  /** Causes one event for each title. */
  async raise(...titles: string[]): Promise<void> {
    for (const title of titles) await openIssue(this.world, this.alice, this.repository, { title });
  }

  get titles(): string[] {
    return this.received.map(({ body }) => (JSON.parse(body) as { issue: { title: string } }).issue.title);
  }

  get events(): (string | string[] | undefined)[] {
    return this.received.map(({ headers }) => headers["x-github-event"]);
  }

  get guids(): Set<unknown> {
    return new Set(this.received.map(({ headers }) => headers["x-github-delivery"]));
  }

  /** Newest first. */
  get logged(): Logged[] {
    return listDeliveries(this.world, this.app, {}).items as unknown as Logged[];
  }

  isSigned({ headers, body }: Received): boolean {
    const signature = createHmac("sha256", SECRET).update(body).digest("hex");
    return headers["x-hub-signature-256"] === `sha256=${signature}`;
  }

  #record(): void {
    this.#door.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        this.answer(response);
      });
    });
  }
}
