import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Marker } from "../../../src/pull-requests/record/marker.ts";
import { Secret } from "../../../src/secret.ts";

function newKey(): Secret {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return new Secret(String(privateKey.export({ type: "pkcs8", format: "pem" })));
}

const NAME = { project: "csv-export-1", repository: "fjordworks/invoice-kit", branch: "agent/csv" };
const key = newKey();
const marker = new Marker(key);
const own = marker.of(NAME);

test("the marker is one hidden line, the same each time, from which the name can't be read", () => {
  expect(own).toMatch(/^<!-- orb:pull-request [A-Za-z0-9_-]{43} -->$/);
  expect(new Marker(key).of(NAME)).toBe(own);
});

test.each([
  ["at the end", `Text\n\n${own}`],
  ["after a person's edit in GitHub's editor", `Text\r\n${own}\r\nmore`],
  ["beside that of another pull request", `${marker.of({ ...NAME, branch: "other" })}\n${own}`],
  ["behind many of others", `${"<!-- orb:pull-request ".concat("A".repeat(43), " -->\n").repeat(800)}${own}`],
])("its own is recognised %s", (_where, body) => {
  expect(marker.isIn(body, NAME)).toBe(true);
});

test("GitHub's repository names ignore case", () => {
  expect(marker.isIn(own, { ...NAME, repository: "FjordWorks/Invoice-Kit" })).toBe(true);
});

test.each([
  ["another project's", marker.of({ ...NAME, project: "csv-export-2" })],
  ["another branch's", marker.of({ ...NAME, branch: "agent/CSV" })],
  ["another repository's", marker.of({ ...NAME, repository: "fjordworks/other" })],
  ["another key's", new Marker(newKey()).of(NAME)],
  [
    "one whose parts are divided otherwise",
    marker.of({ project: "csv-export-1fjordworks", repository: "/invoice-kit", branch: "agent/csv" }),
  ],
  ["one that is cut", own.replace(/.{5}$/, "")],
  ["one without its comment", own.slice(5, -4)],
  ["one with another letter", own.replace(/(?<=request )./, (first) => (first === "A" ? "B" : "A"))],
  ["one with a letter more", own.replace(" -->", "A -->")],
  ["one in another alphabet", own.replace(/[A-Za-z0-9_-]{43}/, "é".repeat(43))],
  ["nothing", ""],
])("%s is refused", (_what, body) => {
  expect(marker.isIn(body, NAME)).toBe(false);
});

test("a body of another never passes, and none makes it fail", () => {
  const body = fc.array(
    fc.constantFrom("<!-- orb:pull-request ", "A".repeat(43), " -->", "\n", "🐣", "\ud800"),
  );
  fc.assert(fc.property(body, (parts) => expect(marker.isIn(parts.join(""), NAME)).toBe(false)));
});
