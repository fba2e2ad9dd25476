/** What others' Markdown may do where it is shown. */
export interface MarkdownPolicy {
  /** Issues of the repository that a closing keyword may close: the project's own. Others stay plain references. */
  readonly closes: readonly number[];
  /** The host of the GitHub that shows the text, such as `github.com`: links there stay links. */
  readonly gitHubHost: string;
  /** Other hosts that links may lead to, in lower case; `*.example.com` stands for all below it. */
  readonly linkHosts: readonly string[];
  /** Addresses of other repositories' pull requests that may be linked, though GitHub then notes it there: the project's own. */
  readonly refersTo?: readonly string[];
}
