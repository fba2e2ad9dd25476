import { describe, expect, test } from "../../../support/testing.ts";
import { type OtherPlace, refuseRoot } from "../../../../src/workspaces/tree/rules/refuse-root.ts";

const BOT: OtherPlace = { what: "the bot's own folder", path: "/srv/orb/bot", alsoBelow: false };
const MONGODB: OtherPlace = { what: "MongoDB's data", path: "/srv/mongodb", alsoBelow: true };
const ARCHIVE: OtherPlace = { what: "the archive", path: "/data/archive", alsoBelow: true };
const HOME: OtherPlace = { what: "the home of the bot's user", path: "/home/orb", alsoBelow: false };
const OTHERS = [BOT, MONGODB, ARCHIVE, HOME];

describe("a root that contains our own state is refused (C17)", () => {
  test.each([
    ["/", "is a folder of the system"],
    ["/home", "is a folder of the system"],
    ["/tmp", "is a folder of the system"],
    ["/etc/workspaces", "is inside /etc"],
    ["/proc/1/root/srv", "is inside /proc"],
    ["/srv/orb/bot", "is the bot's own folder"],
    ["/srv/orb", "contains the bot's own folder, /srv/orb/bot"],
    ["/srv/mongodb", "is MongoDB's data"],
    ["/srv/mongodb/workspaces", "is inside MongoDB's data, /srv/mongodb"],
    ["/data", "contains the archive, /data/archive"],
    ["/data/archive/a/b", "is inside the archive, /data/archive"],
    ["/home/orb", "is the home of the bot's user"],
  ])("%s: it %s", (root, why) => {
    const refusal = refuseRoot(root, OTHERS);
    expect(refusal).toMatchObject({
      code: "root_refused",
      reason: `WORKSPACE_ROOT can't be ${root}: it ${why}.`,
    });
    expect(refusal?.remedy).toContain("set WORKSPACE_ROOT");
  });

  test.each([
    "/var/lib/orb/workspaces",
    "/home/orb/workspaces",
    "/srv/orb/bot-workspaces",
    "/srv/orb/bot/var/ws",
    "/dev/shm/ws",
  ])("%s may be a root", (root) => {
    expect(refuseRoot(root, OTHERS)).toBeNull();
  });
});
