import { beforeAll, expect } from "./testing.ts";
import type { Overrides } from "../../src/app.ts";
import type { StoredPullRequest } from "../../src/pull-requests/record/store.ts";
import { eventually } from "./eventually.ts";
import { type Scenario, useScenario } from "./scenario.ts";
import { storedRecord } from "./stored-record.ts";
import type { IssueComment, PullRequest } from "../local-github/state.ts";
import type { Account } from "../local-github/account.ts";

/** A scenario with a person who may give commands in comments. */
export interface CommandScenario {
  readonly scenario: Scenario;
  /** Comments on a pull request of `octo/hello`; by default as a person with write access. */
  readonly say: (pullRequest: PullRequest, body: string, by?: Account) => Promise<IssueComment>;
  /** Waits for the bot's last reaction to a comment, and checks that it reacted twice: first with `eyes`. */
  readonly answered: (comment: IssueComment, last: "rocket" | "confused") => Promise<void>;
  /** The bot's own comments. */
  readonly botComments: (pullRequest: PullRequest) => string[];
  readonly stored: (project: string) => Promise<StoredPullRequest>;
  /** Waits until no process holds the project's record and nothing is due. */
  readonly atRest: (project: string) => Promise<StoredPullRequest>;
}

/** Call it once, at the top of a file. */
export function useCommandScenario(overrides: Partial<Overrides> = {}): CommandScenario {
  const scenario = useScenario(overrides);
  const people: { ines?: Account } = {};
  beforeAll(() => {
    const { github, repository } = scenario.stage;
    people.ines = github.createUser("ines");
    github.addCollaborator(repository, people.ines, "write");
  });
  return {
    scenario,
    say: (pullRequest, body, by = people.ines) => {
      const { github, repository } = scenario.stage;
      return github.comment(repository, pullRequest.number, body, by ? { by } : {});
    },
    answered: async (comment, last) => {
      await eventually(`${last} at ${comment.body}`, async () => {
        const contents = comment.reactions.map(({ content }) => content);
        return contents.at(-1) === last && contents;
      });
      const { login } = scenario.stage.githubApp.bot;
      expect(comment.reactions.map(({ by, content }) => [by.login, content])).toEqual([
        [login, "eyes"],
        [login, last],
      ]);
    },
    botComments: ({ comments }) => {
      const { id } = scenario.stage.githubApp;
      return comments.filter(({ viaAppId }) => viaAppId === id).map(({ body }) => body);
    },
    stored: (project) => storedRecord(scenario.bot.app, project),
    atRest: (project) =>
      eventually(`${project} at rest`, async () => {
        const record = await storedRecord(scenario.bot.app, project);
        const { owner, dueAt } = record.work;
        return owner === null && (dueAt === null || dueAt > new Date()) && record;
      }),
  };
}
