import { TelemetryPart } from "./part.ts";

/** The tokens of the API. */
export class TokenTelemetry extends TelemetryPart<"token_use"> {}
