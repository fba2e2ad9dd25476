/**
 * Where people read what the API at this address serves: the host, with its port, of links to GitHub's pages.
 * `https://api.github.com` serves `github.com`, `https://api.octocorp.ghe.com` serves `octocorp.ghe.com`, and
 * `https://git.example.com/api/v3`, as GitHub Enterprise Server has it, the host itself.
 *
 * https://docs.github.com/en/enterprise-server@latest/rest/quickstart
 */
export function hostOf(apiUrl: string): string {
  const { host, pathname } = new URL(apiUrl);
  // A server of one's own may well be called api.example.com.
  return pathname.startsWith("/api/") ? host : host.replace(/^api\./, "");
}
