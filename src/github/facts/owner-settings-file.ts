import { DEFAULTS_REPOSITORY, SETTINGS_PATH } from "../../repository-settings/settings-file.ts";
import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import type { TextFile, UnreadFile } from "./repository-files.ts";
import { toTextFile } from "./text-blob.ts";

const OWNER_SETTINGS_KNOWN_MS = 5 * 60_000;

/**
 * The owner's settings for all repositories: `.github/orb.yml` on the default branch of `<owner>/.github`. `null` if
 * it does not exist or the App may not see it. An unreadable file is returned as such, because it may contain rules.
 *
 * https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readOwnerSettings(access: RepositoryAccess): Promise<TextFile | UnreadFile | null> {
  const defaults = access.sibling(DEFAULTS_REPOSITORY);
  // A push makes earlier answers invalid.
  const what = `owner settings since ${(await defaults.settingsSha()) ?? "ever"}`;
  return defaults.cached(what, OWNER_SETTINGS_KNOWN_MS, async (octokit, headers) => {
    try {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
        ...defaults.route,
        path: SETTINGS_PATH,
        headers,
      });
      return {
        value: toSettings(data, `${defaults.owner}/${defaults.name}/${SETTINGS_PATH}`),
        etag: got.etag,
      };
    } catch (error) {
      if (!isHidden(access.failure(error))) throw error;
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

/** @param path with the repository's name, because the file is not in the pull request's repository */
function toSettings(data: Content | readonly unknown[], path: string): TextFile | UnreadFile | null {
  if (!("type" in data) || data.type !== "file") return null;
  const text = Buffer.from(data.content ?? "", "base64").toString("utf8");
  return toTextFile(path, { oid: data.sha, byteSize: data.size, text });
}

function isHidden(failure: unknown): boolean {
  return isGitHubFailure(failure, "not_found", "permission_missing", "repository_blocked");
}
