import { type DocumentedSetting, settingsByGroup } from "./setting.ts";

const INTRODUCTION = `# Copy this file to .env and fill in the required values. docs/configuration.md says how the file is read.
# Made from src/settings.ts by \`node script/generate-docs.ts\`; change it there.
`;

/** The text of `.env.example`: a setting with a default is commented out, every other one is empty. */
export function envExample(): string {
  const sections = [...settingsByGroup()].map(
    ([group, settings]) => `# ---- ${group} ----\n\n${settings.map(entry).join("\n")}`,
  );
  return [INTRODUCTION, ...sections].join("\n");
}

function entry({ name, meaning, default: words, defaultValue }: DocumentedSetting): string {
  const line = defaultValue === null ? `${name}=` : `#${name}=${defaultValue}`;
  const note = words.startsWith("required") ? ` (${words})` : "";
  return `# ${meaning}${note}\n${line}\n`;
}
