import { type DocumentedSetting, settingsByGroup } from "./setting.ts";

const INTRODUCTION = `# Configuration

<!-- Made from src/settings.ts by \`node script/generate-docs.ts\`; change it there. -->

The bot reads its environment once, when it starts. Where something is missing or wrong it says what, one problem on a
line, and ends with exit code 78 (EX_CONFIG). \`NAME=\` without a value means that \`NAME\` is not set.

\`script/server\` also reads the file \`.env\` in the project's folder, where the environment does not have the variable
already. \`docker compose\` gives the same file to the container. [.env.example](../.env.example) is a start.
Unless \`NODE_ENV\` is \`production\`, \`script/server\` starts a MongoDB and a Redis of its own where \`MONGODB_URI\` or
\`REDIS_URL\` is not set, with their data under \`var/\`.
`;

/** The text of `docs/configuration.md`. */
export function configurationPage(): string {
  const sections = [...settingsByGroup()].map(
    ([group, settings]) =>
      `## ${group}\n\n| variable | default | meaning |\n| --- | --- | --- |\n${settings.map(row).join("\n")}\n`,
  );
  return [INTRODUCTION, ...sections].join("\n");
}

function row(setting: DocumentedSetting): string {
  const { name, meaning, defaultValue } = setting;
  const cells = [`\`${name}\``, defaultValue === null ? setting.default : `\`${defaultValue}\``, meaning];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
