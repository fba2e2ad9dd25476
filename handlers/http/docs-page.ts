import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fastify } from "fastify";
import { z } from "zod";
import type { HttpServer } from "../../src/http/http-server.ts";

const SCRIPT_PATH = "/docs/reference.js";
const SCRIPT_SECONDS = 3_600;
/** The first reader waits until the page is loaded, which takes some seconds on a busy machine. */
const OPEN = { access: "open", answerWithinMs: 60_000 } as const;
/** The page may load its script and the API's description, and send requests to this bot. It puts styles into its elements. */
const policyFor = (scriptHashes: readonly string[]) =>
  [
    "default-src 'none'",
    `script-src 'self' ${scriptHashes.map((hash) => `'sha256-${hash}'`).join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const PAGE = {
  response: { 200: z.string() },
  operation: {
    id: "getDocs",
    tag: "System",
    summary: "Read about the API as a page",
    answers: "text/html",
  },
} as const;
const SCRIPT = {
  response: { 200: z.string() },
  operation: {
    id: "getDocsScript",
    tag: "System",
    summary: "Load the script of that page",
    answers: "text/javascript",
  },
} as const;

/** `GET /docs`: the API's description for people. */
export function docsPageRoutes(server: HttpServer): void {
  let site: Promise<Site> | null = null;
  const load = async () => (site ??= loadSite());

  server.get("/docs", { config: OPEN, schema: PAGE }, async (_request, reply) => {
    const { html, policy } = await load();
    return reply.type("text/html; charset=utf-8").header("Content-Security-Policy", policy).send(html);
  });

  server.get(
    SCRIPT_PATH,
    {
      config: OPEN,
      schema: SCRIPT,
      // After the hook that forbids to keep any answer.
      onSend: async (_request, reply) => {
        reply.header("Cache-Control", `public, max-age=${SCRIPT_SECONDS}`);
      },
    },
    async ({ headers }, reply) => {
      const { script, packed } = await load();
      const takesGzip = /\bgzip\b/.test(headers["accept-encoding"] ?? "");
      reply.type("text/javascript; charset=utf-8").header("Vary", "Accept-Encoding");
      if (!takesGzip) return reply.send(script);
      return reply.header("Content-Encoding", "gzip").send(packed as unknown as string);
    },
  );
}

interface Site {
  readonly html: string;
  readonly policy: string;
  readonly script: string;
  readonly packed: Buffer;
}

/**
 * The page and its script, as Scalar's plugin serves them. Its script is five megabytes, so it is loaded for the first reader; and it brings
 * routes that have no access of their own, so it gets a server that never listens.
 */
async function loadSite(): Promise<Site> {
  const { default: reference } = await import("@scalar/fastify-api-reference");
  const plugin = fastify();
  await plugin.register(reference, {
    routePrefix: "/docs",
    configuration: {
      url: "/api/v1/openapi.json",
      cdn: SCRIPT_PATH,
      pageTitle: "Orb bot: API",
      withDefaultFonts: false,
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      showDeveloperTools: "never",
      documentDownloadType: "direct",
      authentication: { preferredSecurityScheme: "bearer" },
      defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    },
  });
  const [page, { body: script }] = await Promise.all([
    plugin.inject("/docs/"),
    plugin.inject("/docs/js/scalar.js"),
  ]);
  await plugin.close();
  // Without it the browser asks for a favicon.ico.
  const html = page.body.replace("</head>", '<link rel="icon" href="data:," /></head>');
  const inline = [...html.matchAll(/<script[^>]*>([^<]+)<\/script>/g)].map(([, text = ""]) => text);
  const hashes = inline.map((text) => createHash("sha256").update(text).digest("base64"));
  return { html, policy: policyFor(hashes), script, packed: await promisify(gzip)(script) };
}
