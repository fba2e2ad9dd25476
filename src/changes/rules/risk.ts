import type { ChangeTotals } from "../../github/facts/rules/change-totals.ts";
import { withoutInvisible } from "../../text/invisible.ts";
import type { RepositorySettings } from "../../repository-settings/settings.ts";
import type { ClassifiedFile } from "./file-kinds.ts";
import { placesOf } from "./files-said.ts";
import { compileGitPatterns, type PathTest, segmentsOf } from "./globs.ts";
import type { ChangeSize } from "./size.ts";

const PATH_CHARACTERS_SHOWN = 100;

const POLICY = compileGitPatterns([
  "agents.md claude.md gemini.md .cursorrules .windsurfrules .clinerules .mcp.json /.cursor/ /.claude/ /.codex/",
  "/.github/copilot-instructions.md /.github/instructions/ /.github/orb.yml /.github/orb/ /.github/labeler.yml",
  "/.gitattributes /codeowners /.github/codeowners /docs/codeowners",
]);
const ACCESS = compileGitPatterns([
  "auth/ authn/ authz/ authentication/ authorization/ oauth/ oauth2/ sso/ saml/ permissions/ rbac/ acl/ iam/",
  "secrets/ crypto/ security/ .ssh/ auth.* authentication.* authorization.* oauth.* permissions.* secrets.*",
  "credentials.* .env .env.* *.pem *.key *.p12 *.pfx *.jks *.keystore id_rsa id_ed25519",
]);

interface RiskFacts {
  readonly files: readonly ClassifiedFile[];
  readonly filesTruncated: boolean;
  readonly total: ChangeTotals | null;
  readonly size: ChangeSize;
  readonly breaking: boolean;
  /** Matches the protected paths of the settings. */
  readonly isProtected: PathTest;
  readonly limits: RepositorySettings["risk"];
}

interface FileRule {
  readonly what: string;
  readonly fits: (file: ClassifiedFile, facts: RiskFacts) => boolean;
}

/** If one of these matches, the risk is high: a mistake here is hard to undo or gives somebody more rights. */
const HIGH: readonly FileRule[] = [
  {
    what: "protected paths",
    fits: (file, { isProtected }) => placesOf(file).some((path) => isProtected(segmentsOf(path))),
  },
  { what: "rules for agents and reviewers", fits: (file) => isIn(file, POLICY) },
  {
    what: "access or secrets",
    fits: (file) => file.kind !== "test" && file.kind !== "docs" && isIn(file, ACCESS),
  },
  { what: "migrations", fits: ({ kind }) => kind === "migration" },
  { what: "CI workflows", fits: ({ kind }) => kind === "ci" },
];

/** These are worth a sentence, but they are usual work and no high risk. */
const NOTED = [
  { about: "dependencies", what: "dependencies", fits: ({ kind }) => kind === "dependencies" },
  { about: "api", what: "API definitions", fits: ({ kind }) => kind === "api" },
] as const satisfies readonly (FileRule & Pick<RiskNote, "about">)[];

export interface RiskNote {
  readonly about: "dependencies" | "api" | "tests";
  readonly text: string;
}

export interface Risk {
  /** If there is one, the risk is high. */
  readonly risks: readonly string[];
  /** What reviewers should know even if the risk is not high. */
  readonly notes: readonly RiskNote[];
}

/**
 * Why a change needs a careful review, in plain-text sentences. They contain paths, which other people chose, so the
 * caller must sanitize them before showing them.
 */
export function riskOf(facts: RiskFacts): Risk {
  const { files, filesTruncated, breaking, size, limits, total } = facts;
  const changes = ({ what, fits }: FileRule) => {
    const paths = files.filter((file) => fits(file, facts)).map(({ path }) => path);
    return paths.length > 0 ? [`It changes ${what}: ${enumerate(paths)}.`] : [];
  };
  const noted = NOTED.flatMap((rule) => changes(rule).map((text) => ({ about: rule.about, text })));
  const known = Math.max(total?.files ?? 0, files.length);
  const count = `${known}${filesTruncated && !total ? " or more" : ""} files`;
  const unseen = total ? known - files.length : null;
  return {
    risks: [
      ...HIGH.flatMap(changes),
      ...(breaking ? ["The title or a commit marks it as a breaking change."] : []),
      ...(size.lines > limits.lines ? [`It changes ${size.lines} lines, more than ${limits.lines}.`] : []),
      ...(known > limits.files ? [`It changes ${count}, more than ${limits.files}.`] : []),
      ...(filesTruncated ? [`The bot could not see ${unseen === null ? "some" : unseen} of its files.`] : []),
    ],
    notes: isUntested(facts)
      ? [...noted, { about: "tests", text: "It changes source code but no tests." }]
      : noted,
  };
}

function isUntested({ files, filesTruncated }: RiskFacts): boolean {
  const byHand = files.filter(({ generated, vendored }) => !generated && !vendored);
  return (
    !filesTruncated &&
    byHand.some(({ kind, status }) => kind === "source" && status !== "removed") &&
    !byHand.some(({ kind }) => kind === "test")
  );
}

function isIn(file: ClassifiedFile, test: PathTest): boolean {
  return placesOf(file).some((path) => test(segmentsOf(path.toLowerCase())));
}

function enumerate(paths: readonly string[]): string {
  const first = withoutInvisible(paths[0] ?? "").replaceAll(/\s+/g, " ");
  const shown =
    first.length > PATH_CHARACTERS_SHOWN ? `…${first.slice(-PATH_CHARACTERS_SHOWN).toWellFormed()}` : first;
  return paths.length === 1 ? shown : `${shown} and ${paths.length - 1} more`;
}
