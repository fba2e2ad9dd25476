// The scene of most tests of the local GitHub: one organization, one repository, one installed App.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createAppAuth } from "@octokit/auth-app";
import { ProbotOctokit } from "probot";
import { LocalGitHub, type LocalGitHubOptions } from "../local-github.ts";
import type { App, Installation, Permissions, Repository } from "../state.ts";
import type { Account } from "../account.ts";
import type { WorldEvent } from "../world-event.ts";

export const ALL_PERMISSIONS: Permissions = {
  administration: "read",
  checks: "write",
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "write",
};

export type Octokit = InstanceType<typeof ProbotOctokit>;

export interface Scene {
  readonly github: LocalGitHub;
  readonly acme: Account;
  readonly repository: Repository;
  readonly app: App;
  readonly installation: Installation;
  /** Acts as the App's installation. */
  readonly octokit: Octokit;
  /** `{ owner, repo }` of the repository, for octokit. */
  readonly at: { readonly owner: string; readonly repo: string };
  /** Acts as the App's installation with fewer permissions. */
  octokitWith(permissions: Permissions): Promise<Octokit>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Sets the scene; its end fails on violations of GitHub's API description, unless `mayViolate`. */
export async function setScene(
  options: LocalGitHubOptions & {
    permissions?: Permissions;
    mayViolate?: boolean;
    files?: Record<string, string>;
  } = {},
): Promise<Scene> {
  const github = await LocalGitHub.start(options);
  const acme = github.createOrganization("acme");
  const files = options.files ?? {
    "README.md": "# Widgets\n",
    "src/widget.ts": "export const widget = 1;\n",
  };
  const repository = await github.createRepository({ owner: acme, name: "widgets", files });
  const app = github.createApp({ slug: "orb", permissions: options.permissions ?? ALL_PERMISSIONS });
  const installation = await github.install(app, acme, { repositories: "all" });
  return {
    github,
    acme,
    repository,
    app,
    installation,
    octokit: octokitFor(github, app, installation),
    at: { owner: "acme", repo: "widgets" },
    octokitWith: async (permissions) => {
      const other = github.createApp({ slug: `orb-${github.world.state.apps.size}`, permissions });
      const narrow = await github.install(other, acme, { repositories: "all" });
      return octokitFor(github, other, narrow);
    },
    [Symbol.asyncDispose]: async () => {
      await github.close();
      if (!options.mayViolate) github.assertNoViolations();
    },
  };
}

/** The request for the pull request of `agent/x`. */
export const ADD_X = { head: "agent/x", base: "main", title: "Add x" };

export interface BranchScene extends Scene {
  /** The head of `agent/x`. */
  readonly sha: string;
}

/** A scene in which `agent/x` is one commit ahead of `main`. */
export async function setBranchScene(options: Parameters<typeof setScene>[0] = {}): Promise<BranchScene> {
  const scene = await setScene(options);
  const { github, repository } = scene;
  const sha = await github.pushFiles(repository, {
    branch: "agent/x",
    files: { x: "x\n" },
    message: "Add x",
  });
  return { ...scene, sha };
}

/** A scene in which a person has opened pull request 1, from `agent/x` into `main`. */
export async function setPullRequestScene(
  options: Parameters<typeof setScene>[0] = {},
): Promise<BranchScene> {
  const scene = await setBranchScene(options);
  await scene.github.openPullRequest(scene.repository, ADD_X);
  return scene;
}

/** The events that happen from now on, in order. */
export function recordEvents(github: LocalGitHub): readonly WorldEvent[] {
  const events: WorldEvent[] = [];
  github.world.events.on((event) => void events.push(event));
  return events;
}

/** An event as its type and, if it has one, its action. */
export function nameOf(event: WorldEvent): string {
  return "action" in event ? `${event.type} ${event.action}` : event.type;
}

/** Acts as the App or its installation; neither retries nor waits: a test sees each answer unchanged. */
export function octokitFor(github: LocalGitHub, app: App, installation?: Installation): Octokit {
  return new ProbotOctokit({
    baseUrl: github.apiUrl,
    authStrategy: createAppAuth,
    auth: {
      appId: app.id,
      privateKey: app.privateKeyPem,
      ...(installation && { installationId: installation.id }),
    },
    throttle: { enabled: false },
    retry: { enabled: false },
  });
}

export interface Refusal {
  readonly status: number;
  readonly body: { message: string; errors?: unknown[]; documentation_url?: string; status?: string };
  readonly headers: Record<string, string>;
}

/** The refusal that ended an octokit call; fails if the call was not refused. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    const { status, response } = error as {
      status: number;
      response: { data: Refusal["body"]; headers: Refusal["headers"] };
    };
    return { status, body: response.data, headers: response.headers };
  }
  throw new Error(`Not refused: ${JSON.stringify(answer).slice(0, 500)}`);
}

/** GETs with any token; octokit would replace it with its own. */
export async function readWith(
  github: LocalGitHub,
  token: string,
  path: string,
): Promise<{ status: number; message: string | undefined }> {
  const headers = { authorization: `Bearer ${token}`, "user-agent": "test" };
  const response = await fetch(github.apiUrl + path, { headers });
  const { message } = (await response.json()) as { message?: string };
  return { status: response.status, message };
}

const execute = promisify(execFile);

/** A clone on disk, like a person's or an agent's. */
export interface Clone {
  readonly folder: string;
  git(...args: string[]): Promise<string>;
  write(path: string, content: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Clones over HTTP with the token as the password; the token is never part of an address. */
export async function cloneWith(github: LocalGitHub, token: string, path = "acme/widgets"): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), "clone-"));
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  const settings = [
    `http.extraHeader=Authorization: Basic ${basic}`,
    "user.name=agent",
    "user.email=agent@example.com",
  ];
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await execute("git", [...settings.flatMap((each) => ["-c", each]), ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"] ?? "",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_TERMINAL_PROMPT: "0",
        LC_ALL: "C",
      },
    });
    return stdout.trim();
  };
  const clone: Clone = {
    folder,
    git,
    write: (file, content) => writeFile(join(folder, file), content),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  try {
    await git("clone", "--quiet", `${github.url}/${path}.git`, ".");
  } catch (error) {
    await clone[Symbol.asyncDispose]();
    throw error;
  }
  return clone;
}
