import { startRedis } from "../../../script/services/redis-server.ts";
import type { RunningServer } from "../../../script/services/supervised-server.ts";
import { Inbox } from "../../../bench/loss/inbox.ts";
import { Effects } from "../../support/effects.ts";
import { MortalMongo } from "../../support/servers/mortal-mongo.ts";
import { setStage, type Stage } from "../../support/stage.ts";
import type { Repository } from "../../local-github/state.ts";

/** Half a minute costs what hours cost in life. */
const REQUESTS_PER_HOUR = 1_000_000;
const FURTHER_OWNERS = ["hexa", "deca"];
const REPOSITORIES_EACH = 2;

/** A GitHub with three installations, and servers that can fail. No process of the bot is running yet. */
export interface Scene {
  readonly stage: Stage;
  readonly mongo: MortalMongo;
  readonly redis: RunningServer;
  /** Of several owners. */
  readonly repositories: readonly Repository[];
  readonly effects: Effects;
  readonly inbox: Inbox;
}

/** @param stack disposes of everything that was started */
export async function setScene(stack: AsyncDisposableStack): Promise<Scene> {
  const [mongo, redis] = await Promise.all([MortalMongo.start(), startRedis()]);
  const dispose = async () => {
    await Promise.all([mongo[Symbol.asyncDispose](), redis.stop()]);
  };
  const stage = stack.use(
    await setStage({ mongodbUri: mongo.uri, redisUrl: redis.uri, [Symbol.asyncDispose]: dispose }),
  );
  const repositories = [stage.repository];
  for (const owner of FURTHER_OWNERS) repositories.push(...(await settle(stage, owner)));
  liftLimits(stage);
  const effects = new Effects(stage.github, stage.githubApp);
  const inbox = stack.use(await Inbox.connect(mongo.uri));
  return { stage, mongo, redis, repositories, effects, inbox };
}

async function settle({ github, githubApp }: Stage, name: string): Promise<Repository[]> {
  const owner = github.createOrganization(name);
  const repositories = [];
  for (let index = 0; index < REPOSITORIES_EACH; index++) {
    const files = { "README.md": "# Hello\n" };
    repositories.push(await github.createRepository({ owner, name: `${name}-${index}`, files }));
  }
  await github.install(githubApp, owner, { repositories: "all" });
  return repositories;
}

function liftLimits({ github: { rateLimits, world }, githubApp }: Stage): void {
  rateLimits.setApp(githubApp.id, { limit: REQUESTS_PER_HOUR });
  for (const { id } of world.state.installations.values()) {
    rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR });
    rateLimits.setInstallation(id, { limit: REQUESTS_PER_HOUR, resource: "graphql" });
  }
}
