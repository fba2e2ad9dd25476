import { DEFAULTS_REPOSITORY, SETTINGS_PATH } from "../../repository-settings/settings-file.ts";
import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";
import type { TextFile, UnreadFile } from "./repository-files.ts";
import { toTextFile } from "./text-blob.ts";

const OWNER_SETTINGS_KNOWN_MS = 5 * 60_000;

/**
 * What the owner says for all repositories: `.github/orb.yml` on the default branch of `<owner>/.github`. `null`
 * where there is none, or none that the App may see; one that can't be read is told, for its rules are not none.
 *
 * https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readOwnerSettings(access: RepositoryAccess): Promise<TextFile | UnreadFile | null> {
  const defaults = access.sibling(DEFAULTS_REPOSITORY);
  // What was answered before a push says nothing of what holds after it.
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
  /** In Base64; of files that are too long for it GitHub sends none. */
  readonly content?: string;
}

/** @param path with the repository's name, so that nobody looks for it in the repository at hand */
function toSettings(data: Content | readonly unknown[], path: string): TextFile | UnreadFile | null {
  if (!("type" in data) || data.type !== "file") return null;
  const text = Buffer.from(data.content ?? "", "base64").toString("utf8");
  return toTextFile(path, { oid: data.sha, byteSize: data.size, text });
}

function isHidden(failure: unknown): boolean {
  return isGitHubFailure(failure, "not_found", "permission_missing", "repository_blocked");
}
