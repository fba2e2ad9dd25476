// What script/token runs: makes, lists, rotates and revokes tokens of the API directly in the bot's database, because the first
// token can't be made by the API.

import { hostname, userInfo } from "node:os";
import { parseArgs } from "node:util";
import { z } from "zod";
import { AuditStore } from "../src/audit/store.ts";
import { OrbError } from "../src/errors.ts";
import { Database } from "../src/mongo/database.ts";
import { TokenKeys } from "../src/tokens/keys.ts";
import { tokenState } from "../src/tokens/rules/token-state.ts";
import { SCOPES } from "../src/tokens/scope.ts";
import { type ShownToken, TokenStore } from "../src/tokens/store.ts";

const USAGE = `Usage: script/token COMMAND

  create --name TEXT --scopes SCOPE,…   makes a token, and prints it, once
      --owner TEXT                      who is responsible for it; you, if not given
      --expires-in-days N|never         90, if not given
      --bypass                          no rate limit holds for it
  list                                  shows all tokens, without their text
  rotate ID [--overlap-minutes N]       makes a token like another one, which ends after the overlap, by default 60 minutes
  revoke ID                             ends a token at once

The scopes are ${SCOPES.join(", ")}; admin implies all others. The database is MONGODB_URI of the environment or .env;
without it, the one that script/server starts by itself.
`;
const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;
const DAY_MS = 24 * 3_600_000;
const LISTED_MAX = 1_000;
/** The folder in which script/server keeps the data of its own MongoDB. */
const DATA_FOLDER = new URL("../var", import.meta.url).pathname;

const whole = (what: string) => z.coerce.number(what).int(what).min(0, what);
const OPTIONS = {
  name: { type: "string" },
  scopes: { type: "string" },
  owner: { type: "string" },
  "expires-in-days": { type: "string", default: "90" },
  "overlap-minutes": { type: "string", default: "60" },
  bypass: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

interface Parts {
  readonly keys: TokenKeys;
  readonly store: TokenStore;
}
type Command = (parts: Parts) => Promise<void>;

const user = userName();
const me = `${user} with script/token`;

function readCommand(): { readonly action: string; readonly command: Command; readonly changes: boolean } {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [action = "", id = "", ...more] = positionals;
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (more.length > 0) throw new Error(`script/token does not take “${more.join(" ")}”`);
  const needsId = action === "revoke" || action === "rotate";
  if (needsId === (id === "")) {
    throw new Error(
      needsId
        ? `${action} needs the id of a token; list shows them`
        : `${action || "nothing"} takes no “${id}”`,
    );
  }
  const changed = (command: Command) => ({ action, command, changes: true });
  switch (action) {
    case "create":
      return changed(create(values));
    case "rotate":
      return changed(
        rotate(id, whole("--overlap-minutes must be a number").parse(values["overlap-minutes"])),
      );
    case "revoke":
      return changed(async ({ keys }) => say(lineOf(await keys.revoke(id, me))));
    case "list":
      return { action, command: list, changes: false };
    default:
      throw new Error(
        action === "" ? "script/token needs a command" : `script/token has no command “${action}”`,
      );
  }
}

function create({
  name,
  owner,
  scopes,
  bypass,
  ...values
}: {
  name?: string;
  owner?: string;
  scopes?: string;
  bypass: boolean;
  "expires-in-days": string;
}): Command {
  if (name === undefined || name.trim() === "") throw new Error("create needs --name: what the token is for");
  const read = z
    .array(z.enum(SCOPES))
    .min(1)
    .safeParse(scopes?.split(",").map((scope) => scope.trim()));
  if (!read.success) throw new Error(`create needs --scopes, with one or more of ${SCOPES.join(", ")}`);
  const days = values["expires-in-days"];
  const lifeMs =
    days === "never"
      ? null
      : DAY_MS * whole("--expires-in-days must be a number of days, or never").min(1).max(36_500).parse(days);
  return async ({ keys }) => {
    const expiresAt = lifeMs === null ? null : new Date(Date.now() + lifeMs);
    const wanted = {
      name,
      owner: owner ?? user,
      scopes: [...new Set(read.data)],
      isBypass: bypass,
      expiresAt,
    };
    const { token, ...made } = await keys.make(wanted, me);
    show(token, made);
  };
}

function rotate(id: string, minutes: number): Command {
  return async ({ keys }) => {
    const { token, ...made } = await keys.rotate(id, { by: me, overlapMs: minutes * 60_000 });
    show(token, made);
  };
}

/** The token alone is on stdout, so that a script can take it. */
function show(token: string, made: ShownToken): void {
  say(`${lineOf(made)}\nThe token is shown only now:`);
  console.log(token);
}

async function list({ store }: Parts): Promise<void> {
  const tokens = await store.list({}, { before: null, limit: LISTED_MAX });
  for (const token of tokens) console.log(lineOf(token));
  say(tokens.length === 0 ? "There are no tokens yet." : `${tokens.length} tokens, the newest first`);
}

function lineOf(token: ShownToken): string {
  const { _id, name, owner, scopes, isBypass, expiresAt, lastUsedAt } = token;
  const { state } = tokenState(token, new Date());
  const until = state === "active" ? ` until ${expiresAt?.toISOString() ?? "it is revoked"}` : "";
  const used = lastUsedAt ? `last used ${lastUsedAt.toISOString()}` : "never used";
  return `${_id}  ${state}${until}  ${scopes.join(",")}${isBypass ? "  no limits" : ""}  “${name}” of ${owner}, ${used}`;
}

/** The user of this process. In a container it may have a number alone, and then Node has no name for it. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

function say(line: string): void {
  console.error(line);
}

/** The bot's own MongoDB: the configured one, the one of a running script/server, or the same one started for a moment. */
async function openDatabase(stack: AsyncDisposableStack): Promise<Database> {
  const configured = process.env["MONGODB_URI"];
  if (!configured && process.env["NODE_ENV"] === "production") {
    throw new OrbError({
      code: "bad_configuration",
      reason: "MONGODB_URI is not set.",
      remedy: "Set it to the database of the bot.",
    });
  }
  const uri = configured || (await ownMongo(stack));
  const database = await Database.connect(uri);
  stack.defer(() => database.close());
  return database;
}

async function ownMongo(stack: AsyncDisposableStack): Promise<string> {
  // Imported only here, because a production image has nothing that starts servers.
  const { runningMongo, startMissingStores } = await import("./services/embedded.ts");
  const running = await runningMongo(DATA_FOLDER);
  if (running !== null) return running;
  const started = await startMissingStores({ REDIS_URL: "not needed" }, { dataDir: DATA_FOLDER, say });
  stack.use(started);
  return started.addresses.MONGODB_URI ?? "";
}

async function main(): Promise<void> {
  const { action, command, changes } = readCommand();
  await using stack = new AsyncDisposableStack();
  const database = await openDatabase(stack);
  const now = database.clock.now;
  const store = new TokenStore(database);
  if (changes) {
    await new AuditStore(database).add({
      at: now(),
      by: { id: "script/token", name: me },
      from: hostname(),
      action: `script/token ${action}`,
      params: {},
      details: JSON.stringify(process.argv.slice(2)),
      reason: null,
      requestId: null,
    });
  }
  await command({ store, keys: new TokenKeys({ store, now }) });
}

try {
  await main();
} catch (error) {
  if (error instanceof OrbError) {
    say(`${error.message}\n${error.remedy}`);
    process.exitCode = error.code === "not_found" || error.code === "token_ended" ? 1 : EX_UNAVAILABLE;
  } else if (error instanceof z.ZodError) {
    say(`${error.issues[0]?.message ?? ""}\n\n${USAGE}`);
    process.exitCode = EX_USAGE;
  } else {
    say(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = EX_USAGE;
  }
}
