import { TestEnvironment } from "jest-environment-node";
import * as graphql from "../local-github/graphql/engine.ts";
import { KEPT } from "../local-github/kept.ts";
import * as validator from "../local-github/openapi/validator.ts";

// Jest loads each module again for each file of tests, but these once for each of its processes. Not in TypeScript: Jest
// would compile it, and all that it imports, to modules of another kind.
/** @type {import("../local-github/kept.ts").Kept} */
const kept = { validator, graphql, keyPairs: [] };

/** Jest's environment for Node, with what the local GitHubs of all files share. */
// oxlint-disable-next-line import/no-default-export -- Jest takes an environment only so
export default class SharingEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { [KEPT]: kept });
  }
}
