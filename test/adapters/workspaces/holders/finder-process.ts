// Looks for holders as another user, or in another namespace: `node finder-process.ts '[{"dev":"1","ino":"2","path":"/…"}]' [alone]`. Prints
// the holders of each folder as JSON.

import { HolderFinder } from "../../../../src/workspaces/holders/find-holders.ts";

const [folders = "[]", alone] = process.argv.slice(2);
const asked = (JSON.parse(folders) as { dev: string; ino: string; path: string }[]).map(
  ({ dev, ino, path }) => ({ dev: BigInt(dev), ino: BigInt(ino), path }),
);
await using finder = new HolderFinder();
const { byFolder } = await finder.find(asked, {
  isAlone: alone === "alone",
  onFailure: (error) => console.error(error),
});
console.log(JSON.stringify([...byFolder.values()]));
