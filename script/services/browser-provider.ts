import { installAptPackage } from "./apt-package.ts";
import type { Host } from "./host.ts";
import { identify, lookUpPath, type Program } from "./program.ts";
import { search } from "./search.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_PATH = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
/** The first version whose headless mode is the same browser as the one with a window. */
const MINIMUM = "112.0.0";

const REMEDY = [
  "Do one of these and run the command again:",
  "  Debian: apt-get install chromium",
  "  macOS: install Google Chrome, or brew install --cask chromium",
  "  elsewhere: set CHROMIUM_PATH to the executable of a Chromium or Chrome",
].join("\n");

/**
 * Finds a Chromium for the browser tests: in CHROMIUM_PATH, on the PATH, in macOS's usual place, or installs
 * one with apt-get.
 *
 * @throws OrbError `service_program_missing`, with the answer of each place
 */
export function findChromium(host: Host): Promise<Program> {
  return search({ name: "Chromium", remedy: REMEDY }, [
    { name: "CHROMIUM_PATH", find: () => fromEnvironment(host) },
    { name: `${NAMES.join(", ")} on the PATH`, find: () => onPath(host) },
    { name: "Google Chrome for macOS", find: () => onMac(host) },
    { name: "Debian package chromium", find: () => fromApt(host) },
  ]);
}

async function fromEnvironment(host: Host): Promise<Program> {
  const path = host.env["CHROMIUM_PATH"];
  if (path === undefined) throw new Error("it is unset");
  return identify(host, { path, source: "CHROMIUM_PATH", minimum: MINIMUM });
}

async function onPath(host: Host): Promise<Program> {
  const path = await lookUpPath(host, NAMES);
  if (path === undefined) throw new Error("not found");
  return identify(host, { path, source: "the PATH", minimum: MINIMUM });
}

async function onMac(host: Host): Promise<Program> {
  if (host.platform !== "darwin") throw new Error("this is not macOS");
  return identify(host, { path: MAC_PATH, source: "Google Chrome for macOS", minimum: MINIMUM });
}

async function fromApt(host: Host): Promise<Program> {
  await installAptPackage(host, "chromium");
  return onPath(host);
}
