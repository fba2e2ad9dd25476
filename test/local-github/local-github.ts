// Our own GitHub: REST, GraphQL, webhooks, pages and git over HTTP on one port of 127.0.0.1, with real git
// repositories behind it. README.md says how to use it and what it does not support.

import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Faults } from "./faults.ts";
import type { Api } from "./http/api.ts";
import { answer } from "./http/door.ts";
import { graphqlRoute } from "./graphql/route.ts";
import { RateLimits } from "./http/rate-limits.ts";
import { RequestLog } from "./http/request-log.ts";
import { RouteTable } from "./http/route-table.ts";
import { Violations } from "./http/violations.ts";
import { accessTokenRoute } from "./oauth/access-token.ts";
import { authorizeRoute } from "./oauth/authorize.ts";
import { markdownRoute } from "./pages/markdown-route.ts";
import { restRoutes } from "./rest/routes.ts";
import { Verbs } from "./verbs.ts";
import { hookDeliveryRoutes } from "./webhooks/routes.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import { World } from "./world.ts";

export interface LocalGitHubOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** The folder of the bare repositories; by default a temporary folder, which is deleted on close. */
  readonly rootDir?: string;
  /** The clock for tokens, limits and time stamps. */
  readonly now?: () => Date;
  /** How many reads of a pull request first answer `mergeable: null`; 1 by default. */
  readonly mergeableNullReads?: number;
  /** Whether to check every request and answer against GitHub's OpenAPI description; true by default. */
  readonly checkSchemas?: boolean;
}

export class LocalGitHub extends Verbs {
  /** Root of the pages and of git: `${url}/owner/name.git`. */
  readonly url: string;
  /** Root of the API; the same origin, as on api.github.com. */
  readonly apiUrl: string;
  readonly faults: Faults;
  /** Sends events to the Apps; has its own faults, `drain()`, `release()` and redelivery. */
  readonly webhooks: Webhooks;
  readonly requests: RequestLog;
  readonly rateLimits: RateLimits;
  readonly #violations: Violations;
  readonly #release: () => Promise<void>;

  private constructor(world: World, parts: Parts) {
    super(world);
    this.url = world.origin;
    this.apiUrl = world.origin;
    this.faults = parts.faults;
    this.webhooks = parts.webhooks;
    this.requests = parts.requests;
    this.rateLimits = parts.rateLimits;
    this.#violations = parts.violations;
    this.#release = parts.release;
  }

  static async start(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
    const server = createServer();
    await listen(server, options.port ?? 0);
    const rootDir = options.rootDir ?? (await mkdtemp(join(tmpdir(), "local-github-")));
    const { port } = server.address() as AddressInfo;
    const now = options.now ?? (() => new Date());
    const origin = `http://127.0.0.1:${port}`;
    const world = new World({ origin, rootDir, now, mergeableNullReads: options.mergeableNullReads ?? 1 });
    const rateLimits = new RateLimits(now);
    const requests = new RequestLog();
    const violations = new Violations();
    const webhooks = new Webhooks(world);
    const checks = options.checkSchemas === false ? null : violations;
    const routes = [
      ...restRoutes(rateLimits),
      ...hookDeliveryRoutes(webhooks),
      markdownRoute,
      authorizeRoute,
      accessTokenRoute,
      graphqlRoute(rateLimits, requests, checks),
    ];
    const api: Api = {
      world,
      routes: new RouteTable(routes),
      faults: new Faults(),
      rateLimits,
      requests,
      violations: checks,
    };
    server.on("request", (request, response) => void answer(api, request, response));
    const release = async (): Promise<void> => {
      await webhooks.close();
      await closeServer(server);
      if (options.rootDir === undefined) await rm(rootDir, { recursive: true, force: true });
    };
    return new LocalGitHub(world, { ...api, webhooks, violations, release });
  }

  /** All violations of GitHub's OpenAPI description so far. */
  get violations(): readonly string[] {
    return this.#violations.all;
  }

  /** Throws an error with all violations, if there are any. */
  assertNoViolations(): void {
    this.#violations.assertNone();
  }

  /** Stops listening, closes open connections and deletes the temporary folder. A second call does nothing. */
  async close(): Promise<void> {
    await this.#release();
  }
}

interface Parts extends Pick<Api, "faults" | "requests" | "rateLimits"> {
  readonly violations: Violations;
  readonly webhooks: Webhooks;
  readonly release: () => Promise<void>;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => void server.close(resolve));
  server.closeAllConnections();
  await closed;
}
