import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import type { Overrides } from "../../../src/app.ts";
import { afterAll, beforeAll } from "../testing.ts";
import { sendSignals } from "../bot/api.ts";
import { type Bot, startBot } from "../bot/in-process.ts";
import { eventually } from "../eventually.ts";
import { preparedStores } from "../servers/prepared-stores.ts";
import { cloudEvent } from "../signals.ts";
import { type PublishedEvent, setStage, type Stage } from "../stage.ts";

const HOUR_MS = 3_600_000;
const IDENTITY = ["-c", "user.name=Agent", "-c", "user.email=agent@example.com"];

export interface ShownCleanup {
  readonly id: string;
  readonly status: string;
  readonly step: string;
  readonly outcome: string | null;
  readonly problem: { readonly code: string } | null;
  readonly reasons: readonly { readonly code: string }[];
  readonly workspace: { readonly id: string; readonly path: string };
  readonly nextAttemptAt: string | null;
  readonly freed: { readonly bytes: number; readonly inodes: number } | null;
  readonly archive?: string | null;
  readonly waitsFor: { readonly code: string } | null;
}

/** A bot with real folders, on a host of its own, and agents that work in clones of the local GitHub's repository. */
export function useCleanupStage(overrides: Partial<Overrides> = {}) {
  let stage: Stage;
  let bot: Bot;
  let folder: string;
  const clock = { aheadMs: 0 };
  const host = "host-1";
  const root = () => join(folder, "workspaces");
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "orb-stage-"));
    await mkdir(root());
    stage = await setStage(await preparedStores());
    const workspaces = { host, root: root(), archive: join(folder, "archive") };
    const now = () => new Date(Date.now() + clock.aheadMs);
    bot = await startBot({ ...stage.surroundings, workspaces }, { now, ...overrides });
    stage.sendWebhooksTo(bot);
  });
  afterAll(async () => {
    await stage.github.webhooks.drain();
    await bot[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks the API. @returns the status and the JSON */
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await bot.request(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const json = (await response.json()) as Record<string, unknown>;
    return { status: response.status, json };
  };
  const cleanupsOf = async (project: string): Promise<ShownCleanup[]> => {
    const { json } = await ask("GET", `/api/v1/cleanups?project=${project}`);
    return json["items"] as ShownCleanup[];
  };
  const pathOf = (project: string) => join(root(), project);
  return {
    clock,
    host,
    get stage() {
      return stage;
    },
    get bot() {
      return bot;
    },
    get root() {
      return root();
    },
    get archive() {
      return join(folder, "archive");
    },
    ask,
    pathOf,
    cleanupsOf,
    signal: async (...events: unknown[]) => void (await sendSignals(bot.url, events)),
    /** Creates the workspace of a project: a clone with a branch, and the signal that names it. Nothing is unpushed in it. */
    create: async (project: string): Promise<string> => {
      const path = pathOf(project);
      await runGit(root(), ["clone", "--quiet", stage.repository.gitDir, project]);
      await runGit(path, ["checkout", "--quiet", "-b", `agent/${project}`]);
      const workspace = { host, path };
      const about = { id: project, name: "Add a greeting", userId: "user-1" };
      const created = { project: about, repository: "octo/hello", workspace };
      await sendSignals(bot.url, [{ ...cloudEvent("orb.project.created", created), time: timeNow() }]);
      await eventually(`the workspace of ${project}`, async () => {
        const { json } = await ask("GET", `/api/v1/workspaces?project=${project}`);
        return (json["items"] as unknown[]).length === 1;
      });
      return path;
    },
    /** Commits in the workspace, and pushes if asked to. */
    commit: async (project: string, { push }: { push: boolean }): Promise<void> => {
      const path = pathOf(project);
      await appendFile(join(path, "README.md"), `Work of ${project}.\n`);
      await runGit(path, [...IDENTITY, "commit", "--quiet", "--all", "--message", "Greet"]);
      if (push) await runGit(path, ["push", "--quiet", "origin", "HEAD"]);
    },
    write: (project: string, name: string, text: string) => writeFile(join(pathOf(project), name), text),
    end: async (project: string, how: "cancelled" | "failed"): Promise<void> => {
      await sendSignals(bot.url, [{ ...cloudEvent(`orb.project.${how}`, { project }), time: timeNow() }]);
    },
    /** Runs the sweep of this host, as the clock does every 15 minutes. */
    sweep: async (): Promise<void> => {
      const job = bot.app.subjects
        .flatMap(({ jobs = [] }) => jobs)
        .find(({ name }) => name === `workspace-sweep/${host}`);
      await job?.run(new AbortController().signal);
    },
    passHours: (hours: number) => {
      clock.aheadMs += hours * HOUR_MS;
    },
    /** Waits until the only clean-up of a project is as `is` wants it. */
    cleanup: (project: string, is: (cleanup: ShownCleanup) => boolean): Promise<ShownCleanup> =>
      eventually(`the clean-up of ${project}`, async () => {
        const [cleanup] = await cleanupsOf(project);
        return cleanup && is(cleanup) && cleanup;
      }),
    events: (project: string): Promise<PublishedEvent[]> => stage.events(project),
    isGone: (project: string) => !existsSync(join(pathOf(project), "README.md")),
  };

  /** In the bot's time, so that a signal of now is not of the past. */
  function timeNow(): string {
    return new Date(Date.now() + clock.aheadMs).toISOString();
  }
}
