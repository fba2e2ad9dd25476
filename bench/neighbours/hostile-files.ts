/** Paths and patterns that fit each other until the last letter: each pattern has to be tried at each place. */
const PATTERNS = 1_200;
const STARS = 8;
const FOLDERS = 60;

/** A CODEOWNERS file that is costly to match with the paths of `costlyChange`. */
export function costlyOwners(): Record<string, string> {
  const pattern = "*a".repeat(STARS);
  const lines = Array.from({ length: PATTERNS }, (_, index) => `/**/${pattern}/**/${pattern}${index}b @octo`);
  return { ".github/CODEOWNERS": `${lines.join("\n")}\n` };
}

export function costlyChange(): Record<string, string> {
  const folder = "a".repeat(40);
  const path = Array.from({ length: FOLDERS }, () => folder).join("/");
  return { [`${path}/file.ts`]: "export {};\n" };
}
