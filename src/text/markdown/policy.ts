/** What other people's Markdown may do where it is shown. */
export interface MarkdownPolicy {
  /** The project's own issues, which a closing keyword may close. Other issues stay plain references. */
  readonly closes: readonly number[];
  /** The host of the GitHub that shows the text, such as `github.com`: links there stay links. */
  readonly gitHubHost: string;
  /** The repository that shows the text: links and references to it stay. Relative links lead to its base branch. */
  readonly repository?: {
    /** `owner/name` */
    readonly name: string;
    readonly base: string;
  };
  /** Other hosts that links may lead to, in lower case; `*.example.com` allows all subdomains. */
  readonly linkHosts: readonly string[];
  /** The project's own pull requests in other repositories. They may be linked, although GitHub notes the link there. */
  readonly refersTo?: readonly string[];
}
