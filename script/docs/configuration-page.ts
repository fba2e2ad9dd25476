import { type DocumentedSetting, settingsByGroup } from "./setting.ts";

const INTRODUCTION = `# Configuration

<!-- Made from src/settings.ts by \`node script/generate-docs.ts\`; change it there. -->

The bot reads its environment once, when it starts. If something is missing or wrong, it lists all problems, one per line, and
exits with code 78 (EX_CONFIG). \`NAME=\` without a value means that \`NAME\` is not set.

\`script/server\` also reads the file \`.env\` in the project's folder; variables of the environment take precedence.
\`docker compose\` passes the same file to the container. Start from [.env.example](../.env.example).
If \`MONGODB_URI\` or \`REDIS_URL\` is not set, \`script/server\` starts its own MongoDB or Redis with the data under \`var/\`,
unless \`NODE_ENV\` is \`production\`.
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
