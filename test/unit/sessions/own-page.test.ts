import { describe, expect, test } from "../../support/testing.ts";
import { type Sender, whyNotOurs } from "../../../src/sessions/rules/own-page.ts";

const OURS = "https://orb.example.com";
const sender = (given: Partial<Sender>): Sender => ({
  origin: undefined,
  fetchSite: undefined,
  host: "orb.example.com",
  ...given,
});

describe("with a public address, a request is from a page of ours", () => {
  test.each([
    { origin: OURS },
    { origin: OURS, fetchSite: "same-origin" },
    { fetchSite: "same-origin" },
    { origin: OURS, host: "10.0.0.7:3000" },
  ])("if it says %j", (given) => {
    expect(whyNotOurs(sender(given), OURS)).toBeNull();
  });

  test.each([
    [{}, "neither"],
    [{ origin: "null" }, "Origin"],
    [{ origin: "" }, "Origin"],
    [{ origin: "https://evil.example.com" }, "Origin"],
    [{ origin: "http://orb.example.com" }, "Origin"],
    [{ origin: "https://orb.example.com:8443" }, "Origin"],
    [{ origin: "https://orb.example.com.evil.com" }, "Origin"],
    [{ origin: `${OURS}/` }, "Origin"],
    [{ origin: `${OURS}, https://evil.example.com` }, "Origin"],
    [{ origin: OURS, fetchSite: "cross-site" }, "another site"],
    [{ origin: OURS, fetchSite: "same-site" }, "another site"],
    [{ fetchSite: "same-site" }, "another site"],
    [{ fetchSite: "cross-site" }, "another site"],
    [{ fetchSite: "none" }, "another site"],
    [{ origin: "https://evil.example.com", host: "evil.example.com" }, "Origin"],
  ])("and not if it says %j", (given, because) => {
    expect(whyNotOurs(sender(given), OURS)).toContain(because);
  });
});

describe("without one, it is if its origin is the host that it asks", () => {
  test.each([
    [{ origin: "http://localhost:3000", host: "localhost:3000" }],
    [{ origin: "https://orb.example.com", host: "ORB.example.com" }],
    [{ fetchSite: "same-origin", host: undefined }],
  ])("%j", (given) => {
    expect(whyNotOurs(sender(given), null)).toBeNull();
  });

  test.each([
    [{ origin: "http://localhost:3001", host: "localhost:3000" }],
    [{ origin: "null" }],
    [{ origin: "null", host: undefined }],
    [{ origin: "https://evil.example.com" }],
    [{ origin: "https://orb.example.com", fetchSite: "same-site" }],
  ])("and not %j", (given) => {
    expect(whyNotOurs(sender(given), null)).not.toBeNull();
  });
});
