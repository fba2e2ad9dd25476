import { clip } from "../../../text/clip.ts";
import { withoutSecrets } from "../../../text/secrets/without-secrets.ts";
import type { CheckState, RequiredCheck } from "../branch-rules.ts";

/** A context of GraphQL's `statusCheckRollup`: an App's check run or a commit status. */
export type RollupContext =
  | {
      readonly __typename: "CheckRun";
      readonly databaseId: number | null;
      readonly title: string | null;
      readonly name: string;
      /** `COMPLETED` if there is a conclusion. */
      readonly status: string;
      readonly conclusion: string | null;
      readonly url: string;
      readonly checkSuite: { readonly app: { readonly databaseId: number | null } | null };
      readonly isRequired?: boolean;
    }
  | {
      readonly __typename: "StatusContext";
      readonly context: string;
      readonly state: string;
      readonly description: string | null;
      readonly targetUrl: string | null;
      readonly createdAt: string;
      readonly isRequired?: boolean;
    };

/** "A `neutral` or `skipped` conclusion is treated as a success": https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks */
const PASSED = new Set(["success", "neutral", "skipped"]);
/** GitHub marks a run as `stale` if it has not ended after 14 days; `expected` is a status that was never reported. */
const PENDING = new Set(["pending", "expected", "stale"]);

/** A status has at most 140 characters, but the title of a check run any number. */
const DESCRIPTION_CHARACTERS_MAX = 300;

/** @param required the checks that the branch requires; used only if the context has no `isRequired` */
export function toCheckState(context: RollupContext, required: readonly RequiredCheck[] = []): CheckState {
  const isRun = context.__typename === "CheckRun";
  const name = isRun ? context.name : context.context;
  const appId = isRun ? (context.checkSuite.app?.databaseId ?? null) : null;
  const conclusion = (isRun ? context.conclusion : context.state)?.toLowerCase() ?? null;
  const said = isRun ? context.title : context.description;
  const done = conclusion !== null && !PENDING.has(conclusion);
  return {
    id: isRun ? context.databaseId : null,
    name,
    state: done ? (PASSED.has(conclusion) ? "passed" : "failed") : "pending",
    conclusion: done ? conclusion : null,
    ...(!isRun && { reportedAt: context.createdAt }),
    description: said === null ? null : clip(withoutSecrets(said), DESCRIPTION_CHARACTERS_MAX),
    url: isRun ? context.url : context.targetUrl,
    required:
      context.isRequired ??
      required.some((check) => check.context === name && (check.appId === null || check.appId === appId)),
  };
}
