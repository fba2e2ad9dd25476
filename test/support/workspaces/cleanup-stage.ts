import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "../../../fixtures/meta-agent/git.ts";
import type { Overrides } from "../../../src/app.ts";
import { afterAll, beforeAll } from "../testing.ts";
import { sendSignals } from "../bot/api.ts";
import { type Bot, startBot } from "../bot/in-process.ts";
import { QUICK_PACE } from "../bot/pace.ts";
import { eventually } from "../eventually.ts";
import { preparedStores } from "../servers/prepared-stores.ts";
import { cloudEvent } from "../signals.ts";
import { ROOT } from "./needs.ts";
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

interface Running {
  readonly stage: Stage;
  readonly bot: Bot;
  readonly folder: string;
}

/** A bot with real folders, on a host of its own, and agents that work in clones of the local GitHub's repository. */
export class CleanupStage {
  readonly host = "host-1";
  readonly clock = { aheadMs: 0 };
  #running: Running | null = null;
  #hasDisk = false;

  /** @param diskMib the size of a disk of its own for the root, which needs the user root; without it that of the run */
  async start(overrides: Partial<Overrides>, diskMib: number | null): Promise<void> {
    // Below the folder of the run: what a killed one leaves mounted there, the next one unmounts.
    const folder = await mkdtemp(join(tmpdir(), "orb-stage-"));
    await mkdir(join(folder, "workspaces"));
    if (diskMib !== null) mount(join(folder, "workspaces"), diskMib);
    this.#hasDisk = diskMib !== null;
    const stage = await setStage(await preparedStores());
    const workspaces = {
      host: this.host,
      root: join(folder, "workspaces"),
      archive: join(folder, "archive"),
    };
    const bot = await startBot(
      { ...stage.surroundings, workspaces },
      // The loops hear of it when the clock is moved, so they need not ask what is due as often as with any moved clock.
      { now: () => this.#now(), pace: QUICK_PACE, ...overrides },
    );
    stage.sendWebhooksTo(bot);
    this.#running = { stage, bot, folder };
  }

  async end(): Promise<void> {
    const { stage, bot, folder } = this.#started;
    await stage.github.webhooks.drain();
    await bot[Symbol.asyncDispose]();
    await stage[Symbol.asyncDispose]();
    if (this.#hasDisk) execFileSync("umount", [join(folder, "workspaces")]);
    await rm(folder, { recursive: true, force: true });
  }

  get stage(): Stage {
    return this.#started.stage;
  }

  get bot(): Bot {
    return this.#started.bot;
  }

  get root(): string {
    return join(this.#started.folder, "workspaces");
  }

  get archive(): string {
    return join(this.#started.folder, "archive");
  }

  pathOf(project: string): string {
    return join(this.root, project);
  }

  isGone(project: string): boolean {
    return !existsSync(join(this.pathOf(project), "README.md"));
  }

  /** Asks the API. @returns the status and the JSON */
  async ask(method: string, path: string, body?: unknown) {
    const sent = body ?? (method === "GET" ? undefined : {});
    const options = { method, ...(sent !== undefined && { body: JSON.stringify(sent) }) };
    const response = await this.bot.request(path, options);
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  }

  async cleanupsOf(project: string): Promise<ShownCleanup[]> {
    const { json } = await this.ask("GET", `/api/v1/cleanups?project=${project}`);
    return json["items"] as ShownCleanup[];
  }

  /** Waits until the latest clean-up of a project is as `is` wants it. */
  async cleanup(project: string, is: (cleanup: ShownCleanup) => boolean): Promise<ShownCleanup> {
    return eventually(`the clean-up of ${project}`, async () => {
      const [cleanup] = await this.cleanupsOf(project);
      return cleanup && is(cleanup) && cleanup;
    });
  }

  async signal(type: string, data: Record<string, unknown>, agoMs = 0): Promise<void> {
    const time = new Date(this.#now().getTime() - agoMs).toISOString();
    await sendSignals(this.bot.url, [{ ...cloudEvent(type, data), time }]);
  }

  /** Clones the repository into the workspace of a project, on a branch. Nothing is unpushed in it. @returns the data of its creation */
  async clone(project: string) {
    const path = this.pathOf(project);
    await runGit(this.root, ["clone", "--quiet", this.stage.repository.gitDir, project]);
    await runGit(path, ["checkout", "--quiet", "-b", `agent/${project}`]);
    const about = { id: project, name: "Add a greeting", userId: "user-1" };
    return { project: about, repository: "octo/hello", workspace: { host: this.host, path } };
  }

  /** Creates the workspace of a project, as `clone`, with the signal that names it. */
  async create(project: string): Promise<string> {
    const { workspace, ...data } = await this.clone(project);
    const { path } = workspace;
    await this.signal("orb.project.created", { ...data, workspace });
    await eventually(`the workspace of ${project}`, async () => {
      const { json } = await this.ask("GET", `/api/v1/workspaces?project=${project}`);
      return (json["items"] as unknown[]).length === 1;
    });
    return path;
  }

  /** Commits in the workspace, and pushes if asked to. */
  async commit(project: string, { push }: { push: boolean }): Promise<void> {
    const path = this.pathOf(project);
    await appendFile(join(path, "README.md"), `Work of ${project}.\n`);
    await runGit(path, [...IDENTITY, "commit", "--quiet", "--all", "--message", "Greet"]);
    if (push) await runGit(path, ["push", "--quiet", "origin", "HEAD"]);
  }

  async write(project: string, name: string, text: string): Promise<void> {
    await writeFile(join(this.pathOf(project), name), text);
  }

  /** Runs the sweep of this host, as the clock does every 15 minutes. */
  async sweep(): Promise<void> {
    const jobs = this.bot.app.subjects.flatMap((subject) => subject.jobs ?? []);
    const job = jobs.find(({ name }) => name === `workspace-sweep/${this.host}`);
    await job?.run(new AbortController().signal);
  }

  passHours(hours: number): void {
    this.clock.aheadMs += hours * HOUR_MS;
    for (const { loops = [] } of this.bot.app.subjects) for (const { loop } of loops) loop.nudge();
  }

  /** The types of a project's events about clean-ups so far, oldest first. */
  async typesOf(project: string): Promise<string[]> {
    const types = (await this.stage.events(project)).map(({ type }) => type);
    return types.filter((type) => type.startsWith("orb.cleanup."));
  }

  /** Waits for an event of a project that `is` accepts. */
  async event(project: string, is: (event: PublishedEvent) => boolean): Promise<PublishedEvent> {
    return eventually(`an event of ${project}`, async () => (await this.stage.events(project)).find(is));
  }

  #now(): Date {
    return new Date(Date.now() + this.clock.aheadMs);
  }

  get #started(): Running {
    if (!this.#running) throw new Error("The stage was used before it was set up");
    return this.#running;
  }
}

function mount(path: string, mib: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", path]);
}

/** Call it once, at the top of a file. @param diskMib see `start`: write its tests with `testNeeding` and `ROOT` */
export function useCleanupStage(
  overrides: Partial<Overrides> = {},
  { diskMib = null }: { readonly diskMib?: number | null } = {},
): CleanupStage {
  const world = new CleanupStage();
  const canRun = diskMib === null || ROOT.isThere();
  beforeAll(() => (canRun ? world.start(overrides, diskMib) : undefined));
  afterAll(() => (canRun ? world.end() : undefined));
  return world;
}
