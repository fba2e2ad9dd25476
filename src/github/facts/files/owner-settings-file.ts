import { DEFAULTS_REPOSITORY, SETTINGS_PATH } from "../../../repository-settings/settings-file.ts";
import { isGitHubFailure } from "../../wire/failure.ts";
import type { RepositoryAccess } from "../../wire/repository-access.ts";
import type { TextFile, UnreadFile } from "./repository-files.ts";
import { linked, misnamed, toTextFile } from "./text-blob.ts";

const OWNER_SETTINGS_KNOWN_MS = 5 * 60_000;
const MISNAMED_KNOWN_MS = 24 * 60 * 60_000;

/**
 * The owner's settings for all repositories: `.github/orb.yml` on the default branch of `<owner>/.github`. `null` if
 * it does not exist or the App may not see it. An unreadable file is returned as such, because it may contain rules.
 *
 * https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readOwnerSettings(access: RepositoryAccess): Promise<TextFile | UnreadFile | null> {
  const defaults = access.sibling(DEFAULTS_REPOSITORY);
  // A push makes earlier answers invalid.
  const since = `since ${(await defaults.settingsSha()) ?? "ever"}`;
  return defaults.cached(`owner settings ${since}`, OWNER_SETTINGS_KNOWN_MS, async (octokit, headers) => {
    try {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
        ...defaults.route,
        path: SETTINGS_PATH,
        headers,
      });
      return { value: toSettings(data, placeOf(defaults, SETTINGS_PATH)), etag: got.etag };
    } catch (error) {
      if (!isHidden(access.failure(error))) throw error;
      const missing = isGitHubFailure(access.failure(error), "not_found");
      return { value: missing ? await findMisnamed(defaults, since) : null, etag: undefined };
    }
  });
}

/** With the repository's name, because the file is not in the pull request's repository. */
function placeOf({ owner, name }: RepositoryAccess, path: string): string {
  return `${owner}/${name}/${path}`;
}

/**
 * A file that its owner takes for the settings: it may contain rules, so it is not passed over in silence. Hardly any owner has
 * one, and a push of one is an event, so it is asked for only once a day.
 */
function findMisnamed(defaults: RepositoryAccess, since: string): Promise<UnreadFile | null> {
  const path = SETTINGS_PATH.replace(/\.yml$/, ".yaml");
  return defaults.cached(`misnamed owner settings ${since}`, MISNAMED_KNOWN_MS, async (octokit) => {
    try {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
        ...defaults.route,
        path,
      });
      const found =
        "sha" in data ? misnamed(placeOf(defaults, path), { oid: data.sha }, SETTINGS_PATH) : null;
      return { value: found, etag: undefined };
    } catch (error) {
      if (!isHidden(defaults.failure(error))) throw error;
      return { value: null, etag: undefined };
    }
  });
}

interface Content {
  readonly type: string;
  readonly sha: string;
  readonly size: number;
  /** In Base64; GitHub omits it for files that are too long. */
  readonly content?: string;
}

/** GitHub follows a link to a file of the same repository, but no other. */
function toSettings(data: Content | readonly unknown[], path: string): TextFile | UnreadFile | null {
  if ("type" in data && data.type === "symlink") return linked(path, { oid: data.sha });
  if (!("type" in data) || data.type !== "file") return null;
  const text = Buffer.from(data.content ?? "", "base64").toString("utf8");
  return toTextFile(path, { oid: data.sha, byteSize: data.size, text });
}

function isHidden(failure: unknown): boolean {
  return isGitHubFailure(failure, "not_found", "permission_missing", "repository_blocked");
}
