import * as fc from "fast-check";
import type { MarkdownPolicy } from "../../../src/text/markdown/policy.ts";

/** Allows some of everything: closing #7 and #8, and links to `docs.example.com` and below `trusted.example`. */
export const POLICY: MarkdownPolicy = {
  closes: [7, 8],
  gitHubHost: "github.com",
  linkHosts: ["docs.example.com", "*.trusted.example"],
};

export const policies: fc.Arbitrary<MarkdownPolicy> = fc.record({
  closes: fc.subarray([3, 4, 5, 7]),
  gitHubHost: fc.constantFrom("github.com", "github.example"),
  linkHosts: fc.subarray(["x.y", "docs.example.com", "*.trusted.example"]),
});
