import { z } from "zod";
import { Secret } from "./secret.ts";
import { text } from "./setting-forms.ts";

/** https://docs.sentry.io/concepts/key-terms/environments/ */
const environment = text.regex(
  /^(?!none$)[^\s/]{1,64}$/i,
  "must be a name of at most 64 characters, without spaces and slashes, and not “none”",
);

/** The environment variables about Sentry, as in `SETTINGS`. */
export const SENTRY_SETTINGS = {
  SENTRY_DSN: {
    schema: text.transform((value) => new Secret(value)).optional(),
    default: "unset",
    meaning:
      "the address of a project in Sentry, to which unexpected failures and a sample of traces are reported: [sentry.md](sentry.md). If unset, nothing of Sentry is loaded; if it is not valid, the log says so, and the bot runs without it",
    group: "Server",
  },
  SENTRY_ENVIRONMENT: {
    schema: environment.default("production"),
    default: "production",
    meaning: "the name of this deployment in Sentry",
    group: "Server",
  },
  SENTRY_TRACES_SAMPLE_RATE: {
    schema: z.coerce.number().min(0).max(1).default(0.1),
    default: "0.1",
    meaning:
      "which part of the webhooks, publications and clean-ups is traced, from 0 to 1; at most 3 a second of each kind and process",
    group: "Server",
  },
} as const;
