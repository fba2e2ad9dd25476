// What git sees instead of the configuration of the machine, of the user and, above all, of the workspace.

/**
 * Everything that could start a program, open a connection or hide a change has a fixed value here. The workspace's own
 * configuration is never in reach, so these only bind git's defaults.
 * https://git-scm.com/docs/git-config
 */
const CONFIG = `
	bare = true
	fileMode = true
	symlinks = true
	ignoreCase = false
	autocrlf = false
	safecrlf = false
	fsmonitor = false
	untrackedCache = false
	preloadIndex = false
	trustctime = true
	checkStat = default
	hooksPath = /dev/null
	attributesFile = /dev/null
	excludesFile = /dev/null
	commitGraph = false
	multiPackIndex = false
	logAllRefUpdates = false
	pager = cat
	quotePath = false
	packedGitLimit = 256m
	deltaBaseCacheLimit = 64m
[protocol]
	allow = never
[gc]
	auto = 0
[maintenance]
	auto = false
[pack]
	threads = 1
	useBitmaps = false
	windowMemory = 64m
[index]
	threads = 1
[status]
	showUntrackedFiles = all
[submodule]
	recurse = false
[diff]
	renames = false
[advice]
	detachedHead = false
`;

/** The `config` of a throw-away repository. */
export function safeConfig(objectFormat: "sha1" | "sha256"): string {
  const version = objectFormat === "sha1" ? 0 : 1;
  const extensions = objectFormat === "sha1" ? "" : "[extensions]\n\tobjectFormat = sha256\n";
  return `[core]\n\trepositoryFormatVersion = ${version}${CONFIG}${extensions}`;
}

/** Where git and its own programs are looked for: never in a folder that the bot's environment names. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** @param home an empty folder of ours, in which git looks for a user's files */
export function safeEnvironment(home: string): Record<string, string> {
  return {
    PATH,
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: "/",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_PAGER: "cat",
    GIT_EDITOR: "false",
    GIT_ASKPASS: "false",
    GIT_SSH_COMMAND: "false",
    GIT_ADVICE: "0",
  };
}
