import { z } from "zod";
import { areas, glob, host, person, team } from "./setting-values.ts";

const LIST_ITEMS_MAX = 100;
const SENTENCE_CHARACTERS_MAX = 300;
const DISCLOSURE_CHARACTERS_MAX = 2_000;
const LINES_MAX = 1_000_000;
const FILES_MAX = 10_000;
const OPEN_MAX = 1_000;
const DAYS_MAX = 365;
// GitHub's limit of requested people and teams for one pull request.
const REVIEWERS_MAX = 15;

const globs = z.array(glob).max(LIST_ITEMS_MAX);
const lines = z.number().int().min(1).max(LINES_MAX);
const openMax = z.number().int().min(1).max(OPEN_MAX).nullable().default(null);
const days = z.number().int().min(0).max(DAYS_MAX);
const toggle = (description: string) => z.boolean().default(true).meta({ description });

/** How many days an agent's workspace stays, by what became of the work. */
export type WorkspaceDays = Readonly<
  Record<"cancelled" | "merged" | "closed" | "failed" | "completed", number>
>;
export const WORKSPACE_DAYS: WorkspaceDays = { cancelled: 0, merged: 1, closed: 7, failed: 14, completed: 7 };

/** Its default is only for the documents: which number applies without one depends on `workspaceDays` too. */
const daysAfter = (outcome: keyof WorkspaceDays, description: string) =>
  days.optional().meta({ default: WORKSPACE_DAYS[outcome], description });

/**
 * The settings of a repository in `.github/orb.yml`. People read the descriptions: docs/repository-settings.md and
 * docs/orb.schema.json are generated from them.
 */
export const repositorySettings = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .meta({
      description:
        "Whether the bot does anything in this repository. If false, completed work stays on its branch.",
      examples: [false],
    }),
  hold: z
    .union([z.boolean(), z.string().min(1).max(SENTENCE_CHARACTERS_MAX)])
    .default(false)
    .meta({
      description:
        "Opens no new pull requests for now; open ones are still updated. A text instead of true is the reason that people see.",
      examples: ["Release 2.0 is being cut; back on Monday."],
    }),
  baseBranches: globs.default(["**"]).meta({
    description: "The base branches for which the bot may open pull requests.",
    examples: [["main", "release/*"]],
  }),
  branches: globs.default(["**"]).meta({
    description: "The branches from which the bot may open pull requests; it refuses others.",
    examples: [["agent/**"]],
  }),
  draft: z
    .enum(["signal", "always", "never", "risky"])
    .default("signal")
    .meta({
      description:
        "When a pull request is opened as a draft: if the signal asks for it (signal), always, never, or if the signal asks for it or the risk is high (risky).",
      examples: ["risky"],
    }),
  autoReady: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Marks a draft that the bot opened as ready for review once every required check has passed. If a person made it a draft, it stays a draft. The App needs “Contents: write” for that.",
      examples: [true],
    }),
  labels: z
    .strictObject({
      type: toggle("Adds a label for the kind of change, such as `type: fix`."),
      size: toggle("Adds a label for the size of the change, such as `size: M`."),
      risk: toggle("Adds `risk: high` to risky changes."),
      aiGenerated: toggle("Adds `ai-generated` to every pull request of the bot."),
    })
    .prefault({})
    .meta({ description: "Which labels the bot adds. It never removes a label that a person added." }),
  areas: areas(globs)
    .prefault({})
    .meta({
      description:
        "Parts of the repository by name, each with its paths: a change there gets the label `area: <name>`. If this is empty, the bot uses the labels of `.github/labeler.yml`, if that file exists.",
      examples: [{ api: ["src/api/**", "openapi.yml"], docs: ["docs/**", "*.md"] }],
    }),
  templates: z
    .strictObject({
      pullRequestTemplate: z
        .enum(["fill", "ignore"])
        .default("fill")
        .meta({
          description:
            "What the bot does with the repository's own pull request template: fill in its headings, or ignore it.",
          examples: ["ignore"],
        }),
    })
    .prefault({})
    .meta({ description: "How the description is arranged." }),
  reviewers: z
    .strictObject({
      people: z
        .array(person)
        .max(REVIEWERS_MAX)
        .prefault([])
        .meta({ description: "Who is asked to review every pull request.", examples: [["octocat"]] }),
      teams: z
        .array(team)
        .max(REVIEWERS_MAX)
        .prefault([])
        .meta({ description: "Which teams of the owner are asked to review.", examples: [["core"]] }),
      codeOwners: z
        .boolean()
        .default(true)
        .meta({
          description: "Whether the owners of the changed files in CODEOWNERS are asked too.",
          examples: [false],
        }),
      max: z
        .number()
        .int()
        .min(0)
        .max(REVIEWERS_MAX)
        .default(REVIEWERS_MAX)
        .meta({
          description: "The maximum number of people and teams that are asked.",
          examples: [2],
        }),
    })
    .prefault({})
    .meta({ description: "Who is asked to review." }),
  size: z
    .strictObject({
      XS: lines.default(10).meta({ description: "The most changed lines for `size: XS`." }),
      S: lines.default(50).meta({ description: "The most changed lines for `size: S`." }),
      M: lines.default(250).meta({ description: "The most changed lines for `size: M`." }),
      L: lines.default(1_000).meta({ description: "The most changed lines for `size: L`; more is XL." }),
    })
    .prefault({})
    .meta({
      description:
        "The limits of the sizes, in ascending order: XS < S < M < L. Generated and vendored files don't count.",
      examples: [{ M: 400, L: 2_000 }],
    }),
  risk: z
    .strictObject({
      lines: lines
        .default(1_000)
        .meta({ description: "A change with more changed lines than this is risky." }),
      files: z
        .number()
        .int()
        .min(1)
        .max(FILES_MAX)
        .default(50)
        .meta({ description: "A change with more changed files than this is risky." }),
    })
    .prefault({})
    .meta({ description: "When a change is risky because of its size alone." }),
  protectedPaths: globs.default([]).meta({
    description: "Files that make every change of them risky. The description names the changed ones.",
    examples: [["src/billing/**", "**/migrations/**"]],
  }),
  limits: z
    .strictObject({
      openPerRepository: openMax.meta({
        description:
          "How many pull requests of the bot may be open here at the same time; further ones wait in a queue. null means no limit.",
        examples: [10],
      }),
      openPerRequester: openMax.meta({
        description:
          "The same for each person who requested the work, as the signal names them. Work without a requester is not counted.",
        examples: [3],
      }),
    })
    .prefault({})
    .meta({ description: "How many pull requests may wait for review at the same time." }),
  siblings: z
    .enum(["link", "wait"])
    .default("link")
    .meta({
      description:
        "How the bot treats a change in several repositories: its pull requests link to each other (link), or the check `orb` also stays in progress until each of the others is merged or can be merged (wait).",
      examples: ["wait"],
    }),
  disclosure: z
    .string()
    .min(1)
    .max(DISCLOSURE_CHARACTERS_MAX)
    .nullable()
    .default(null)
    .meta({
      description:
        "Markdown that is added to every description, for projects that disclose the use of AI in their own words.",
      examples: ["Written with AI; see our [AI policy](AI_POLICY.md)."],
    }),
  links: z
    .strictObject({
      hosts: z
        .array(host)
        .max(LIST_ITEMS_MAX)
        .prefault([])
        .meta({
          description:
            "Hosts that agents' texts may link to, in addition to GitHub. Other links are shown as text.",
          examples: [["docs.example.com", "*.example.org"]],
        }),
    })
    .prefault({})
    .meta({ description: "What agents' texts may link to." }),
  retention: z
    .strictObject({
      deleteBranchAfterMerge: z
        .boolean()
        .default(false)
        .meta({
          description:
            "Deletes the branch of one of the bot's pull requests after its merge, if nobody else uses the branch and `baseBranches` does not name it. The App needs “Contents: write” for that.",
          examples: [true],
        }),
      workspaceDays: days
        .nullable()
        .default(null)
        .meta({
          description:
            "How many days an agent's workspace stays after its pull requests were merged or closed, in both cases. null means `workspaceDaysAfterMerge` and `workspaceDaysAfterClose`, which also win if they are set.",
          examples: [2],
        }),
      workspaceDaysAfterMerge: daysAfter(
        "merged",
        "How many days it stays after its pull requests were merged, and after the last sign of work in it. Here as below, a workspace that is in use, or has work that is nowhere else, stays longer.",
      ),
      workspaceDaysAfterClose: daysAfter("closed", "The same after they were closed without merging."),
      workspaceDaysAfterFailure: daysAfter("failed", "The same after the platform reported a failure."),
      workspaceDaysWithoutPullRequest: daysAfter(
        "completed",
        "The same after the work was complete, if no pull request came of it.",
      ),
      workspaceDaysAfterCancel: daysAfter("cancelled", "The same after the platform cancelled the work."),
    })
    .transform((given) => ({
      ...given,
      workspaceDaysAfterMerge: given.workspaceDaysAfterMerge ?? given.workspaceDays ?? WORKSPACE_DAYS.merged,
      workspaceDaysAfterClose: given.workspaceDaysAfterClose ?? given.workspaceDays ?? WORKSPACE_DAYS.closed,
      workspaceDaysAfterFailure: given.workspaceDaysAfterFailure ?? WORKSPACE_DAYS.failed,
      workspaceDaysWithoutPullRequest: given.workspaceDaysWithoutPullRequest ?? WORKSPACE_DAYS.completed,
      workspaceDaysAfterCancel: given.workspaceDaysAfterCancel ?? WORKSPACE_DAYS.cancelled,
    }))
    .prefault({})
    .meta({ description: "What is kept, and for how long." }),
});

export type RepositorySettings = z.infer<typeof repositorySettings>;

/** The settings about the repository as a whole: only its default branch and its owner set them. */
export const OF_THE_WHOLE_REPOSITORY = [
  "enabled",
  "hold",
  "baseBranches",
  "limits",
  "retention",
] as const satisfies readonly (keyof RepositorySettings)[];

export const DEFAULT_SETTINGS: RepositorySettings = repositorySettings.parse({});

/** What the settings of a repository say about the workspaces of its projects. */
export function workspaceDaysOf({ retention }: Pick<RepositorySettings, "retention">): WorkspaceDays {
  return {
    cancelled: retention.workspaceDaysAfterCancel,
    merged: retention.workspaceDaysAfterMerge,
    closed: retention.workspaceDaysAfterClose,
    failed: retention.workspaceDaysAfterFailure,
    completed: retention.workspaceDaysWithoutPullRequest,
  };
}
