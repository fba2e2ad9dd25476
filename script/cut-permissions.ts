// Updates test/local-github/auth/rest-permissions.json: `node script/cut-permissions.ts FILE COMMIT`. FILE is
// src/github-apps/data/fpt-2026-03-10/server-to-server-permissions.json (370 kB) in a clone of
// https://github.com/github/docs, and COMMIT the commit of the clone. Only routes that the local GitHub answers are kept.
// No package has a current copy: @octokit/app-permissions was made from a page that GitHub no longer has.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cutPermissions, type PermissionsDocument } from "../test/local-github/auth/cut-permissions.ts";
import type { RestPermissions } from "../test/local-github/auth/rest-permissions.ts";
import { RateLimits } from "../test/local-github/http/rate-limits.ts";
import { markdownRoute } from "../test/local-github/pages/markdown-route.ts";
import { membershipRoutes } from "../test/local-github/rest/memberships.ts";
import { restRoutes } from "../test/local-github/rest/routes.ts";

const OUTPUT = fileURLToPath(new URL("../test/local-github/auth/rest-permissions.json", import.meta.url));
const PATH = "src/github-apps/data/fpt-2026-03-10/server-to-server-permissions.json";
const OF_PEOPLE = ["GET /user/memberships/orgs/{org}"];

const [file, commit] = process.argv.slice(2);
if (file === undefined || commit === undefined) {
  console.error("Usage: node script/cut-permissions.ts FILE COMMIT");
  process.exit(64);
}
const inRepositories = restRoutes(new RateLimits(() => new Date())).filter(
  ({ access }) => access === "repository",
);
const routes = [...inRepositories, ...membershipRoutes, markdownRoute].map(
  ({ method, template }) => `${method} ${template}`,
);
const document = JSON.parse(readFileSync(file, "utf8")) as PermissionsDocument;
const cut: RestPermissions = {
  source: { repository: "github/docs", path: PATH, commit, cutBy: "node script/cut-permissions.ts" },
  routes: cutPermissions(document, routes, OF_PEOPLE),
};
writeFileSync(OUTPUT, oneRoutePerLine(cut));
console.log(`${OUTPUT}: ${routes.length} routes`);

/** So that the diff of an update shows which route changed. */
function oneRoutePerLine({ source, routes }: RestPermissions): string {
  const lines = Object.entries(routes).map(([route, sets]) => `    "${route}": ${JSON.stringify(sets)}`);
  return `{\n  "source": ${JSON.stringify(source)},\n  "routes": {\n${lines.join(",\n")}\n  }\n}\n`;
}
