import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { loadConfig } from "../../../src/config.ts";
import { configProblems, configRefusal } from "../../support/bot/config-problems.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const PKCS1_PEM = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const KEY_BODY = PEM.split("\n")[1] ?? "";
const REQUIRED = { APP_ID: "17", WEBHOOK_SECRET: "secret", MONGODB_URI: "mongodb://127.0.0.1/orb" };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "orb-private-key-"));
  await writeFile(join(folder, "app.pem"), PEM);
  await writeFile(join(folder, "empty.pem"), "\n");
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function wrapped(text: string, lineEnd: string): string {
  return (text.match(/.{1,76}/g) ?? []).join(lineEnd);
}

describe("the private key", () => {
  test.each([
    ["PEM in PKCS #8", PEM],
    ["PEM in PKCS #1, as GitHub gives it", PKCS1_PEM],
    ["PEM with \\n instead of line ends", PEM.replaceAll("\n", String.raw`\n`)],
    ["PEM with spaces instead of line ends", PEM.replaceAll("\n", " ").trim()],
    ["PEM in base64", Buffer.from(PEM).toString("base64")],
    ["PEM in base64 of several lines", wrapped(Buffer.from(PEM).toString("base64"), "\n")],
    ["PEM in base64 of Windows lines", wrapped(Buffer.from(PKCS1_PEM).toString("base64"), "\r\n")],
    ["PEM in base64 in quotes", `"${Buffer.from(PEM).toString("base64")}"`],
    ["PEM of Windows in base64", Buffer.from(PEM.replaceAll("\n", "\r\n")).toString("base64")],
    ["PEM in double quotes", `"${PEM}"`],
    ["PEM in single quotes", ` '${PKCS1_PEM}'\n`],
    ["PEM in quotes with \\n", `"${PEM.replaceAll("\n", String.raw`\n`)}"`],
    ["PEM with \\r\\n instead of line ends", PEM.replaceAll("\n", String.raw`\r\n`)],
    ["PEM with the line ends of Windows", PKCS1_PEM.replaceAll("\n", "\r\n")],
    ["PEM with text around it", `Bag Attributes\n${PEM}\nend`],
  ])("is accepted as %s", (_form, given) => {
    const read = createPrivateKey(loadConfig({ ...REQUIRED, PRIVATE_KEY: given }).github.privateKey.reveal());
    expect(read.equals(privateKey)).toBe(true);
  });

  test("is read from PRIVATE_KEY_PATH", () => {
    const env = { ...REQUIRED, PRIVATE_KEY: "", PRIVATE_KEY_PATH: join(folder, "app.pem") };
    expect(loadConfig(env).github.privateKey.reveal()).toBe(PEM);
  });

  test.each([
    ["no key at all", "not a key"],
    ["a public key", publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["a truncated key", PEM.replace(KEY_BODY, "")],
    [
      "a key that is not an RSA key",
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    ],
  ])("is refused if it is %s, and never shown", (_form, given) => {
    const { message } = configRefusal({ ...REQUIRED, PRIVATE_KEY: given });
    expect(message).toMatch(
      /\n {2}PRIVATE_KEY is not a private RSA key in PEM format; .+\\n for line ends, or encoded as base64$/,
    );
    expect(given.split("\n").filter((line) => line !== "" && message.includes(line))).toEqual([]);
  });

  test.each([
    "/run/secrets/app.pem",
    "./app.pem",
    "app.private-key.pem",
    String.raw`C:\keys\app.pem`,
    '"~/app.pem"',
  ])("is not a path: %s, which is said", (given) => {
    expect(configProblems({ ...REQUIRED, PRIVATE_KEY: given })).toEqual([
      "PRIVATE_KEY is a path and not a key; set PRIVATE_KEY_PATH to it instead",
    ]);
  });

  test.each([
    PEM,
    PEM.replaceAll("\n", String.raw`\n`),
    Buffer.from(PEM).toString("base64"),
    PEM.slice(0, 200),
  ])("is not shown if it is given as a path", (given) => {
    expect(configProblems({ ...REQUIRED, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: given })).toEqual([
      "PRIVATE_KEY_PATH holds a key and not a path; set PRIVATE_KEY to it instead",
    ]);
  });

  test.each([
    ["does not exist", "nowhere.pem", "can't be read"],
    ["is empty", "empty.pem", "is not a private RSA key in PEM format"],
  ])("is refused if its file %s", (_what, name, why) => {
    const path = join(folder, name);
    expect(configProblems({ ...REQUIRED, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: path })).toEqual([
      `PRIVATE_KEY_PATH ${path} ${why}`,
    ]);
  });
});
