import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openHttpDoor } from "../../../fixtures/meta-agent/http-door.ts";
import { type SendSignal, signalSender } from "../../../fixtures/meta-agent/send-signal.ts";
import type { SignalDoor } from "../../../fixtures/meta-agent/signal-door.ts";
import type { Stage } from "../../walkthrough/stage.ts";

/** The pause between two projects, and between two requests of readers. */
const PROJECT_EVERY_MS = 3_000;
const READ_EVERY_MS = 250;
/** More in one minute than strangers may make, so that a rate limit refuses some. */
const STRANGERS = 70;
/** Where these projects are merged: the demo's own story pushes to the default branch at the same time. */
const BASE = "beside";
const MERGE_PATIENCE_MS = 15_000;

const AGENTS = [
  { agent: "researcher", phase: "research", tokens: 8_200, costUsd: 0.11, durationMs: 42_000 },
  { agent: "architect", phase: "planning", tokens: 12_400, costUsd: 0.19, durationMs: 65_000 },
  { agent: "coder", phase: "implementation", tokens: 61_000, costUsd: 0.92, durationMs: 240_000 },
  { agent: "reviewer", phase: "implementation", tokens: 9_100, costUsd: 0.14, durationMs: 30_000 },
] as const;
const TYPES = ["feature", "fix", "docs", "refactor", "dependencies"] as const;
/** What happens to one project after another. */
const ENDS = ["merged", "failed", "merged", "closed", "cancelled", "refused", "merged"] as const;
const READ = ["projects", "pull-requests", "workspaces", "cleanups", "system", "no-such-list"];

/**
 * Other projects beside the demo's, and readers of the API, until it is disposed of: enough that every panel of the dashboards has
 * something to show. The bot may be away for a while.
 */
export class Traffic implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #door: SignalDoor;
  readonly #stopping = new AbortController();
  readonly #running: Promise<unknown>;
  #projects = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#door = openHttpDoor({ url: stage.botUrl, token: stage.adminToken });
    this.#running = Promise.all([
      this.#makeBase().then(() => this.#repeat(PROJECT_EVERY_MS, () => this.#project(this.#projects++))),
      this.#repeat(READ_EVERY_MS, (turn) => this.#read(READ[turn % READ.length] ?? "")),
      this.#strangers(),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#door.close();
  }

  async #makeBase(): Promise<void> {
    const { github, repository } = this.#stage;
    const { defaultBranch: from } = repository;
    await github.pushFiles(repository, { branch: BASE, from, files: { "BESIDE.md": "" }, message: "Begin" });
  }

  async #repeat(everyMs: number, act: (turn: number) => Promise<unknown>): Promise<void> {
    const { signal } = this.#stopping;
    for (let turn = 0; !signal.aborted; turn++) {
      // The bot is restarted once, and then answers nothing.
      await act(turn).catch(() => {});
      await delay(everyMs, undefined, { signal }).catch(() => {});
    }
  }

  async #read(path: string, headers: Record<string, string> = this.#authorization()): Promise<void> {
    const answer = await fetch(new URL(`/api/v1/${path}`, this.#stage.botUrl), { headers });
    await answer.body?.cancel();
  }

  #authorization(): Record<string, string> {
    return { Authorization: `Bearer ${this.#stage.adminToken}` };
  }

  /** Requests without a token, and a signal that says nothing. */
  async #strangers(): Promise<void> {
    for (let count = 0; count < STRANGERS && !this.#stopping.signal.aborted; count++) {
      await this.#read("projects", {}).catch(() => {});
    }
    const headers = { ...this.#authorization(), "Content-Type": "application/cloudevents+json" };
    const signals = new URL("/api/v1/signals", this.#stage.botUrl);
    await fetch(signals, { method: "POST", headers, body: "{}" }).catch(() => {});
  }

  async #project(index: number): Promise<void> {
    const { fullName: repository, workspaceRoot } = this.#stage;
    const project = `beside-${index}`;
    const end = ENDS[index % ENDS.length] ?? "merged";
    const send = signalSender({ door: this.#door, project, clock: () => new Date() });
    await send("orb.project.created", {
      project: { id: project, name: `Project ${index}`, userId: "u-1" },
      repository,
      workspace: { host: hostname(), path: join(workspaceRoot, project) },
    });
    const agents = end === "cancelled" ? AGENTS.slice(0, 1) : end === "failed" ? AGENTS.slice(0, 2) : AGENTS;
    for (const [turn, { durationMs, ...run }] of agents.entries()) {
      await send("orb.phase.started", { project, phase: run.phase, agent: run.agent });
      const outcome = end === "failed" && turn === agents.length - 1 ? "failed" : "succeeded";
      await send("orb.agent.executed", { project, ...run, outcome, durationMs: durationMs + index * 900 });
    }
    if (end === "failed") await send("orb.project.failed", { project, reason: "The plan has no end" });
    else if (end === "cancelled") await send("orb.project.cancelled", { project, reason: "Not wanted" });
    else await this.#complete(send, { project, end, type: TYPES[index % TYPES.length] ?? "feature" });
  }

  async #complete(
    send: SendSignal,
    {
      project,
      end,
      type,
    }: { project: string; end: "merged" | "closed" | "refused"; type: (typeof TYPES)[number] },
  ): Promise<void> {
    const { github, repository, fullName } = this.#stage;
    const branch = `agent/${project}`;
    // A branch that was never pushed is what most refusals are about.
    if (end !== "refused") {
      const files = { [`src/${project}.ts`]: "export {};\n" };
      await github.pushFiles(repository, { branch, from: BASE, files, message: `Add ${project}` });
    }
    await send("orb.implementation.completed", {
      project,
      repository: fullName,
      branch,
      base: BASE,
      type,
      summary: "Adds it.",
    });
    if (end === "refused") return;
    const opened = [...repository.pullRequests.values()];
    const until = performance.now() + MERGE_PATIENCE_MS;
    let number = opened.find(({ headRef }) => headRef === branch)?.number;
    while (number === undefined && performance.now() < until) {
      await delay(READ_EVERY_MS);
      number = [...repository.pullRequests.values()].find(({ headRef }) => headRef === branch)?.number;
    }
    if (number !== undefined) await this.#end(number, end);
  }

  async #end(number: number, end: "merged" | "closed"): Promise<void> {
    const { github, repository, requiredChecks, reviewer } = this.#stage;
    if (end === "closed") return github.closePullRequest(repository, number, { by: reviewer });
    const pullRequest = github.pullRequest(repository, number);
    if (pullRequest.draft) await github.setDraft(repository, number, false, { by: reviewer });
    for (const name of requiredChecks) {
      await github.completeCheckRun(repository, pullRequest.headSha, { name, conclusion: "success" });
    }
    await github.review(repository, number, { by: reviewer, event: "APPROVE", body: "Good." });
    await github.mergePullRequest(repository, number, { by: reviewer, method: "squash" });
  }
}
