/**
 * The host, with its port, of the web pages that belong to the API at this address.
 * `https://api.github.com` serves `github.com`, `https://api.octocorp.ghe.com` serves `octocorp.ghe.com`, and
 * `https://git.example.com/api/v3`, the form of GitHub Enterprise Server, serves the host itself.
 *
 * https://docs.github.com/en/enterprise-server@latest/rest/quickstart
 */
export function hostOf(apiUrl: string): string {
  const { host, pathname } = new URL(apiUrl);
  // A GitHub Enterprise Server may be called api.example.com.
  return pathname.startsWith("/api/") ? host : host.replace(/^api\./, "");
}
