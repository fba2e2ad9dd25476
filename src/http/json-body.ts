import { OrbError } from "../errors.ts";
import type { HttpServer } from "./http-server.ts";

const JSON_TYPES = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"];

/** Reads JSON bodies strictly: only valid UTF-8, and no keys such as `__proto__`. */
export function readJson(server: HttpServer): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(JSON_TYPES, { parseAs: "buffer" }, (request, body, done) => {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(body as Buffer);
    } catch (cause) {
      done(badBody("The body is not valid UTF-8.", cause));
      return;
    }
    void parse(request, text, (error, value) => {
      if (error) done(badBody(`The body is not JSON: ${error.message}.`, error));
      else done(null, value);
    });
  });
}

function badBody(reason: string, cause: unknown): OrbError {
  return new OrbError({ code: "bad_request", reason, remedy: "Send JSON in UTF-8." }, { cause });
}
