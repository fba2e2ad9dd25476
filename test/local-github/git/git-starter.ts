// A small process that starts git for large ones: an HTTP server on a socket, whose path it tells its parent. It lives
// no longer than that.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import {
  COMMAND_HEADER,
  HEADER_BYTES_MAX,
  OUTCOME_HEADER,
  startGitHere,
  type GitCommand,
} from "./git-process.ts";

const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
  void answer(request, response);
});
// Nobody else may enter this folder, because every client of the socket can run programs as this user.
const folder = mkdtempSync(join(tmpdir(), "orb-git-"));
const socketPath = join(folder, "socket");
// The parent has ended, whichever way.
process.once("disconnect", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});
server.listen(socketPath, () => process.send?.(socketPath));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await run(request, response);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}

/** Runs the command of the header with the body as its input; what git writes to stdout is the body of the answer. */
async function run(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const command = JSON.parse(decodeURIComponent(String(request.headers[COMMAND_HEADER]))) as GitCommand;
  const { input, result } = startGitHere(command);
  request.pipe(input);
  // Also if the caller is gone: git ends when its input does.
  request.once("close", () => input.end());
  const { stdout, ...outcome } = await result;
  // If git did not want all of its input: an answer in the middle of a request would be lost with the connection.
  await finished(request.unpipe(input).resume()).catch(() => undefined);
  response.setHeader(OUTCOME_HEADER, encodeURIComponent(JSON.stringify(outcome)));
  response.end(stdout);
}
