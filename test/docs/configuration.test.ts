import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseEnv, promisify } from "node:util";
import { beforeAll, expect, test } from "../support/testing.ts";
import { generatedFiles } from "../../script/docs/generated-files.ts";
import { settingsByGroup } from "../../script/docs/setting.ts";
import { NODE_FLAGS } from "../../script/services/node-flags.ts";
import { loadConfig } from "../../src/config.ts";
import { SETTINGS } from "../../src/settings.ts";
import { ROOT } from "../support/repository-files.ts";

const NAMES = Object.keys(SETTINGS);
const settings = [...settingsByGroup().values()].flat();
let example: string;
let required: Record<string, string>;

beforeAll(async () => {
  example = await readFile(`${ROOT}.env.example`, "utf8");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  required = {
    APP_ID: "1",
    PRIVATE_KEY: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    WEBHOOK_SECRET: "secret",
    MONGODB_URI: "mongodb://127.0.0.1:27017/orb-bot",
  };
});

test.each([...(await generatedFiles())])("%s is what the code says", async (path, text) => {
  expect(await readFile(`${ROOT}${path}`, "utf8")).toBe(text);
});

test("script/generate-docs.ts --check accepts the files as they are", async () => {
  const command = promisify(execFile)(process.execPath, [`${ROOT}script/generate-docs.ts`, "--check"]);
  await expect(command).resolves.toMatchObject({ stderr: "" });
});

test.each([
  {
    file: "Dockerfile",
    command: `CMD ["node", ${NODE_FLAGS.map((flag) => `"${flag}", `).join("")}"src/main.ts"]`,
  },
  { file: "script/server", command: `exec node ${NODE_FLAGS.join(" ")} ` },
])("$file starts the bot with the flags that everything else gives it", async ({ file, command }) => {
  expect(await readFile(`${ROOT}${file}`, "utf8")).toContain(command);
});

test("every setting is in the example once, and nothing else is", () => {
  const names = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map((match) => match[1]);
  expect(names).toHaveLength(NAMES.length);
  expect(names).toEqual(expect.arrayContaining(NAMES));
});

test("with the required values filled in, the example configures the bot like the defaults", () => {
  const filledIn = { ...parseEnv(example), ...required };
  expect(loadConfig(filledIn)).toEqual(loadConfig(required));
});

test("each default that is shown is the real one", () => {
  const shown = settings.flatMap(({ name, defaultValue }) => (defaultValue ? [[name, defaultValue]] : []));
  expect(shown.length).toBeGreaterThan(0);
  expect(loadConfig({ ...required, ...Object.fromEntries(shown) })).toEqual(loadConfig(required));
});

test.each(settings.filter((setting) => setting.default === "required"))(
  "without the required $name the bot does not start",
  ({ name }) => {
    const { [name]: _, ...others } = required;
    expect(() => loadConfig(others)).toThrow(`${name} is not set`);
  },
);
