import { openHttpDoor } from "../../fixtures/meta-agent/http-door.ts";
import type { RunOptions } from "../../fixtures/meta-agent/project-run.ts";
import { openRedisDoor } from "../../fixtures/meta-agent/redis-door.ts";
import { runProject, type RunResult } from "../../fixtures/meta-agent/run-project.ts";
import type { SampleProject } from "../../fixtures/meta-agent/sample-project.ts";
import { landOnBase } from "../../fixtures/meta-agent/seed-repository.ts";
import type { SignalDoor } from "../../fixtures/meta-agent/signal-door.ts";
import { OrbError } from "../../src/errors.ts";
import type { EventWatch } from "./event-watch.ts";
import type { Reporter } from "./reporter.ts";
import type { Stage } from "./stage.ts";

/** The state once the bot has opened the pull request. */
export interface Walked {
  readonly number: number;
  readonly options: RunOptions;
  readonly run: RunResult;
}

interface Context {
  readonly stage: Stage;
  readonly projectId: string;
  readonly reporter: Reporter;
  readonly watch: EventWatch;
  readonly door: SignalDoor;
  readonly signal: AbortSignal;
}

/**
 * Plays the Meta-Agent: walks the project through its phases in a real workspace, and waits for the bot's
 * answer.
 *
 * @throws OrbError with the bot's own reason if no pull request is opened
 */
export async function walk(
  project: SampleProject,
  { stage, projectId, reporter, watch, door, signal }: Context,
): Promise<Walked> {
  const { fullName: repository, gitUrl, gitToken, workspaceRoot } = stage;
  const options: RunOptions = {
    project,
    projectId,
    workspaceRoot,
    gitUrl,
    gitToken,
    repository,
    door,
    signal,
    onStep: async ({ step, detail }) => {
      reporter.step(step, detail);
      if (step !== "workspace" || project.meanwhile.length === 0) return;
      await landOnBase({ project, commits: project.meanwhile, gitUrl, gitToken });
    },
  };
  const run = await runProject(options);
  const { data } = await watch.next(
    "orb.pull_request.opened",
    "orb.pull_request.blocked",
    "orb.pull_request.failed",
  );
  const answer = (data ?? {}) as {
    pullRequest?: { number: number };
    code?: string;
    reason?: string;
    remedy?: string;
  };
  if (answer.pullRequest) return { number: answer.pullRequest.number, options, run };
  const { code = "no_pull_request", reason = "The bot did not say why.", remedy } = answer;
  throw new OrbError({ code, reason, remedy: remedy ?? `Its log is in ${stage.botLog}.` });
}

/** Sends signals over Redis and HTTP in turns: both work, and it does not matter which one is used. */
export function openDoors({ redisUrl, botUrl, adminToken }: Stage): SignalDoor {
  const doors = [openRedisDoor({ redisUrl }), openHttpDoor({ url: botUrl, token: adminToken })] as const;
  let sent = 0;
  return {
    send: (event) => doors[sent++ % 2 === 0 ? 0 : 1].send(event),
    close: async () => {
      await Promise.all(doors.map((door) => door.close()));
    },
  };
}
