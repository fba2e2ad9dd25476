import { z } from "zod";
import { areas, glob, host, person, team } from "./setting-values.ts";

const LIST_ITEMS_MAX = 100;
const SENTENCE_CHARACTERS_MAX = 300;
const DISCLOSURE_CHARACTERS_MAX = 2_000;
const LINES_MAX = 1_000_000;
const FILES_MAX = 10_000;
const OPEN_MAX = 1_000;
const DAYS_MAX = 365;
// GitHub asks no more people and teams than this for one pull request.
const REVIEWERS_MAX = 15;

const globs = z.array(glob).max(LIST_ITEMS_MAX);
const lines = z.number().int().min(1).max(LINES_MAX);
const openMax = z.number().int().min(1).max(OPEN_MAX).nullable().default(null);
const toggle = (description: string) => z.boolean().default(true).meta({ description });

/**
 * What a repository says in `.github/orb.yml` about the pull requests that it wants. The texts are read by people:
 * docs/repository-settings.md and docs/orb.schema.json are made from them.
 */
export const repositorySettings = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .meta({
      description:
        "Whether the bot does anything here. Where it is false, completed work stays on its branch.",
      examples: [false],
    }),
  hold: z
    .union([z.boolean(), z.string().min(1).max(SENTENCE_CHARACTERS_MAX)])
    .default(false)
    .meta({
      description:
        "Opens no new pull requests for now; those that are open are still kept up to date. A text instead of true is the reason that people are given.",
      examples: ["Release 2.0 is being cut; back on Monday."],
    }),
  baseBranches: globs.default(["**"]).meta({
    description: "Into which branches the bot may ask to merge.",
    examples: [["main", "release/*"]],
  }),
  branches: globs.default(["**"]).meta({
    description: "From which branches the bot opens pull requests; others are refused.",
    examples: [["agent/**"]],
  }),
  draft: z
    .enum(["signal", "always", "never", "risky"])
    .default("signal")
    .meta({
      description:
        "When a pull request is opened as a draft: as the signal asks, always, never, or where the risk is high as well as where the signal asks (risky).",
      examples: ["risky"],
    }),
  autoReady: z
    .boolean()
    .default(false)
    .meta({
      description:
        "Marks a draft that the bot opened as ready for review once every required check has passed. One that a person made a draft stays one.",
      examples: [true],
    }),
  labels: z
    .strictObject({
      type: toggle("Labels what kind of change it is, such as `type: fix`."),
      size: toggle("Labels how large the change is, such as `size: M`."),
      risk: toggle("Puts `risk: high` where the change is risky."),
      aiGenerated: toggle("Puts `ai-generated` on every pull request of the bot."),
    })
    .prefault({})
    .meta({ description: "Which labels the bot puts on. It never takes away a label that a person put on." }),
  areas: areas(globs)
    .prefault({})
    .meta({
      description:
        "Parts of the repository by name, each with the paths that belong to it: a change there is labelled `area: <name>`. Without any, those of `.github/labeler.yml` are used where it exists.",
      examples: [{ api: ["src/api/**", "openapi.yml"], docs: ["docs/**", "*.md"] }],
    }),
  templates: z
    .strictObject({
      pullRequestTemplate: z
        .enum(["fill", "ignore"])
        .default("fill")
        .meta({
          description:
            "What becomes of the repository's own pull request template: its headings are filled in, or it is ignored.",
          examples: ["ignore"],
        }),
    })
    .prefault({})
    .meta({ description: "How the description is laid out." }),
  reviewers: z
    .strictObject({
      people: z
        .array(person)
        .max(REVIEWERS_MAX)
        .prefault([])
        .meta({ description: "Who is asked for a review of every pull request.", examples: [["octocat"]] }),
      teams: z
        .array(team)
        .max(REVIEWERS_MAX)
        .prefault([])
        .meta({ description: "Which teams of the owner are asked for a review.", examples: [["core"]] }),
      codeOwners: z
        .boolean()
        .default(true)
        .meta({
          description: "Whether owners of the changed files, as CODEOWNERS names them, are asked as well.",
          examples: [false],
        }),
      max: z
        .number()
        .int()
        .min(0)
        .max(REVIEWERS_MAX)
        .default(REVIEWERS_MAX)
        .meta({
          description: "How many are asked at most, people and teams together.",
          examples: [2],
        }),
    })
    .prefault({})
    .meta({ description: "Who is asked for a review." }),
  size: z
    .strictObject({
      XS: lines.default(10).meta({ description: "Changed lines up to which a change is `size: XS`." }),
      S: lines.default(50).meta({ description: "Changed lines up to which it is `size: S`." }),
      M: lines.default(250).meta({ description: "Changed lines up to which it is `size: M`." }),
      L: lines.default(1_000).meta({ description: "Changed lines up to which it is `size: L`; more is XL." }),
    })
    .prefault({})
    .meta({
      description:
        "Where one size ends and the next begins: XS < S < M < L. Generated and vendored files don't count.",
      examples: [{ M: 400, L: 2_000 }],
    }),
  risk: z
    .strictObject({
      lines: lines.default(1_000).meta({ description: "More changed lines than this are a risk." }),
      files: z
        .number()
        .int()
        .min(1)
        .max(FILES_MAX)
        .default(50)
        .meta({ description: "More changed files than this are a risk." }),
    })
    .prefault({})
    .meta({ description: "From where on a change is risky for its size alone." }),
  protectedPaths: globs.default([]).meta({
    description: "Files whose change is a risk in itself, and is named in the description.",
    examples: [["src/billing/**", "**/migrations/**"]],
  }),
  limits: z
    .strictObject({
      openPerRepository: openMax.meta({
        description:
          "How many pull requests of the bot may be open here at the same time; further ones wait for their turn. null is no limit.",
        examples: [10],
      }),
      openPerRequester: openMax.meta({
        description: "The same for each person whose agents did the work.",
        examples: [3],
      }),
    })
    .prefault({})
    .meta({ description: "How much there may be to review at the same time." }),
  siblings: z
    .enum(["link", "wait"])
    .default("link")
    .meta({
      description:
        "What a change that takes several repositories means here: its pull requests link each other (link), or the check `orb` also stays in progress until each of the others is merged or could be (wait).",
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
        "Markdown that stands in every description, for a project that wants the use of AI disclosed in words of its own.",
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
            "Hosts to which links in agents' texts may lead; links to GitHub always may. Others are shown as text.",
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
            "Deletes the branch of a pull request of the bot once it is merged, where nobody else uses it. The App needs “Contents: write” for that.",
          examples: [true],
        }),
      workspaceDays: z
        .number()
        .int()
        .min(0)
        .max(DAYS_MAX)
        .default(7)
        .meta({
          description:
            "How many days an agent's workspace stays after its pull request is merged or closed. When it is due is told; it is not removed yet.",
          examples: [2],
        }),
    })
    .prefault({})
    .meta({ description: "What is kept, and for how long." }),
});

export type RepositorySettings = z.infer<typeof repositorySettings>;

export const DEFAULT_SETTINGS: RepositorySettings = repositorySettings.parse({});
