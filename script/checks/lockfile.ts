/**
 * The fields of an entry of package-lock.json that we read;
 * https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const OS = "aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32";
const CPU = "arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|universal|x64";
const PLATFORM = new RegExp(`[-/](?<os>${OS})-(?<cpu>${CPU})\\b`);

/**
 * Adds the builds for other platforms that npm left out of a lock file because it could not or need not fetch
 * them (https://github.com/npm/cli/issues/4828). `npm ci` refuses a lock file without them. An added entry
 * names its platform, so every other platform skips it; it has no integrity hash.
 *
 * @throws Error if a package's name does not contain its platform
 */
export function completeLockfile<T extends Lockfile>(lockfile: T): T {
  const added: Record<string, LockedPackage> = {};
  for (const [path, parent] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      // Only these builds for a platform are pinned to one version; a range would have to be resolved by npm.
      if (!/^\d/.test(version) || isLocked(lockfile, path, name, version)) continue;
      added[placeOf(lockfile, path, name)] = {
        version,
        ...platformOf(name),
        ...(parent.dev === true && { dev: true }),
        optional: true,
      };
    }
  }
  const entries = Object.entries({ ...lockfile.packages, ...added });
  // npm's own order, so that npm has nothing to rewrite.
  entries.sort(([left], [right]) => left.localeCompare(right, "en"));
  return { ...lockfile, packages: Object.fromEntries(entries) };
}

/** The names of the optional builds that are missing in a lock file. */
export function missingFrom(lockfile: Lockfile): string[] {
  const complete = Object.keys(completeLockfile(lockfile).packages);
  return complete.filter((path) => lockfile.packages[path] === undefined);
}

function isLocked({ packages }: Lockfile, parent: string, name: string, version: string): boolean {
  return [`${parent}/node_modules/${name}`, `node_modules/${name}`].some(
    (path) => packages[path]?.version === version,
  );
}

/** At the top level, unless another version is there. */
function placeOf({ packages }: Lockfile, parent: string, name: string): string {
  const top = `node_modules/${name}`;
  return packages[top] === undefined ? top : `${parent}/${top}`;
}

function platformOf(name: string): Pick<LockedPackage, "os" | "cpu" | "libc"> {
  if (name.endsWith("-wasm32-wasi")) return { cpu: ["wasm32"] };
  const { os, cpu } = PLATFORM.exec(name)?.groups ?? {};
  if (os === undefined || cpu === undefined) {
    throw new Error(
      `The name ${name} does not contain a platform: add its entry to package-lock.json by hand.`,
    );
  }
  const libc = os !== "linux" ? undefined : name.includes("musl") ? "musl" : "glibc";
  return { os: [os], cpu: [cpu], ...(libc !== undefined && { libc: [libc] }) };
}
