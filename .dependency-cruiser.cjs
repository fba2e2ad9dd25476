// The rules about which folder may import which. docs/ARCHITECTURE.md gives the reasons; this file enforces them.

// dependency-cruiser uses swc's visitor, which throws at `using`: here it is visited like any other declaration.
const { Visitor } = require("@swc/core/Visitor.js");
// oxlint-disable-next-line typescript/unbound-method -- `call` binds it again
const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function visitWithUsing(statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

/** A package that only the named folders may import. */
const only = (name, packages, rooms) => ({
  name,
  severity: "error",
  comment: `${packages} is imported only in ${rooms}, so that only this folder changes if it is replaced.`,
  from: { path: "^(src|handlers)/", pathNot: rooms },
  to: { path: `node_modules/(${packages})/`, dependencyTypesNot: ["type-only"] },
});

/**
 * Subjects from top to bottom; each may import only those below it. A new subject need not be listed: an unlisted subject
 * is on top, so it may import the others, and none of them may import it.
 */
const LEVELS = [
  ["main"],
  ["run"],
  ["app"],
  ["all-subjects"],
  ["workspaces"],
  ["pull-requests"],
  ["descriptions"],
  ["changes"],
  ["projects"],
  [
    "outbox",
    "signals",
    "deliveries",
    "installations",
    "github",
    "repository-settings",
    "tokens",
    "sessions",
    "audit",
    "agenda",
    "rate-limits",
    "http",
    "subject",
  ],
  ["health"],
  ["telemetry"],
  ["mongo", "redis", "monitoring"],
  ["config"],
  ["input"],
  ["errors", "text", "work"],
];
/** The folders and files of the large subjects, from top to bottom. */
const ROOMS = {
  "pull-requests": [
    ["subject"],
    ["pull-request-work"],
    ["track"],
    ["publish", "check-run", "settle"],
    ["run"],
    ["observe"],
    ["plan", "hand-back", "commands", "upkeep"],
    ["change-set", "steps", "intake"],
    ["record"],
  ],
  workspaces: [
    ["subject"],
    ["hosts"],
    ["needs"],
    ["cleanups"],
    ["restores"],
    ["this-host"],
    ["archive"],
    ["keep", "removal", "holders", "registry"],
    ["retention"],
    ["record"],
    ["disk", "git"],
    ["tree", "keep-reason"],
  ],
  github: [["subject"], ["github", "sign-in"], ["repository"], ["deeds"], ["facts"], ["wire"], ["rules"]],
};

const pattern = (folder, names) => `^src/${folder}(${names.join("|")})(/|\\.ts$)`;
/** One rule for each level but the highest: it may not import any level above. */
const below = (levels, folder = "") =>
  levels.slice(1).map((names, index) => ({
    name: `below-${folder.replace("/", "-")}${names[0]}`,
    severity: "error",
    comment: "If a lower subject must inform an upper one, use an event or a stored fact.",
    from: { path: pattern(folder, names) },
    to: { path: pattern(folder, levels.slice(0, index + 1).flat()) },
  }));
// app is the composition root and may import everything below main; importing what is above it would be a circle
const stacked = below(LEVELS).slice(3);
const LISTED = LEVELS.slice(4).flat();
const rooms = Object.entries(ROOMS).flatMap(([subject, levels]) => below(levels, `${subject}/`));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      severity: "error",
      comment: "Type imports count: a reader follows them like any other.",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      severity: "error",
      comment: "A file that nothing reaches is dead.",
      from: { orphan: true, path: "^(src|handlers)/", pathNot: "^src/main\\.ts$" },
      to: {},
    },
    {
      name: "src-does-not-know-the-doors",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main|run|app|all-subjects)\\.ts$" },
      to: { path: "^handlers/" },
    },
    {
      name: "doors-are-handed-what-they-use",
      severity: "error",
      comment:
        "A door uses the parts that its subject offers, not the whole bot: app.ts hands the door to the subject.",
      from: { path: "^handlers/", pathNot: "^handlers/register\\.ts$" },
      to: { path: "^src/app\\.ts$" },
    },
    {
      name: "unlisted-subjects-are-on-top",
      severity: "error",
      comment: "Add the subject to LEVELS if another subject must import it.",
      from: { path: pattern("", LISTED) },
      to: { path: "^src/[^/]+/", pathNot: pattern("", LISTED) },
    },
    {
      name: "product-does-not-know-its-tests",
      severity: "error",
      from: { path: "^(src|handlers)/" },
      to: { path: "^(test|script|fixtures|bench)/" },
    },
    {
      name: "rules-are-pure",
      severity: "error",
      comment: "rules/ decides from the facts in its arguments: no network, no store, no clock.",
      from: { path: "^src/.+/rules/" },
      to: {
        pathNot: [
          "/rules/",
          "^src/(errors|text/|signals/signal\\.ts|repository-settings/(settings|owner-settings|json-schema)\\.ts)",
          "node_modules/(zod|picomatch|yaml|re2js|fastest-levenshtein|ignore|mdast-util-to-string|unist-util-visit|ipaddr\\.js|structured-headers)/",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    only(
      "octokit",
      "probot|@octokit/[^/]+|octokit-auth-probot",
      "^(src/github/|handlers/(app|lambda)\\.ts|src/setup\\.ts)",
    ),
    only("mongoose", "mongoose|mongodb", "^src/(mongo/|.*[/-]store\\.ts$)"),
    only("ioredis", "ioredis", "^src/(redis|rate-limits)/"),
    only("rate-limiter-flexible", "rate-limiter-flexible", "^src/rate-limits/"),
    only("agenda", "agenda|@agendajs/[^/]+", "^src/agenda/"),
    only("fastify", "fastify|@fastify/[^/]+", "^(src/http/|handlers/http/)"),
    only("prom-client", "prom-client", "^src/monitoring/"),
    only("sentry", "@sentry/[^/]+", "^src/monitoring/sentry/"),
    only("bottleneck", "bottleneck", "^src/github/"),
    only("tar-stream", "tar-stream", "^src/workspaces/archive/"),
    only("liquidjs", "liquidjs", "^src/text/"),
    ...stacked,
    ...rooms,
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^fixtures/projects" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
