import type { Readable } from "node:stream";
import { OrbError } from "../errors.ts";
import { NestingScan } from "../input/rules/nesting.ts";
import { newSharedWork } from "../mongo/queue/shared-work.ts";
import type { Secret } from "../secret.ts";
import type { DeliveryTelemetry } from "../telemetry/deliveries.ts";
import { BodyBudget } from "./body-budget.ts";
import { Body } from "./body.ts";
import { Deadline } from "../mongo/deadline.ts";
import { labelOf } from "./events.ts";
import { GroupCommit } from "./group-commit.ts";
import type { PartStore } from "./part-store.ts";
import { keepPayload, parsePayload } from "./payload.ts";
import { aboutOf } from "./rules/about.ts";
import { shareOf } from "./rules/share.ts";
import { type SignatureCheck, Signatures } from "./signature.ts";
import { type DeliveryStore, type Inserted, type StoredDelivery, WRITTEN_WITHIN_MS } from "./store.ts";

const DELIVERY_ID_CHARACTERS_MAX = 128;
const DELIVERY_ID = /^[\w.:-]{1,128}$/;
const JSON_TYPE = /^application\/json *(?:;|$)/i;
/** Such as `projects_v2_item`. */
const EVENT_NAME = /^[a-z0-9_]{1,64}$/;
/** Measured: larger batches, or more batches at once, are not faster. */
const BATCH_MAX = 128;
const IN_FLIGHT_MAX = 2;
const BESIDE_MIN = 64;
const WAITING_MAX = 4_096;

export interface AcceptedDelivery {
  readonly deliveryId: string;
  /** `ignored`: the bot has no handler for the event, so the delivery is not stored. */
  readonly outcome: "stored" | "duplicate" | "ignored";
}

/** The headers of a delivery, unchanged. */
export interface DeliveryHeaders {
  readonly "x-github-delivery"?: string | undefined;
  readonly "x-github-event"?: string | undefined;
  readonly "x-hub-signature-256"?: string | undefined;
  readonly "content-type"?: string | undefined;
  readonly "content-length"?: string | undefined;
}

interface Deps {
  readonly store: DeliveryStore;
  readonly partStore: PartStore;
  readonly secret: Secret;
  /** The events that have a handler. */
  readonly handled: ReadonlySet<string>;
  readonly telemetry: DeliveryTelemetry;
  readonly now: () => Date;
}

/**
 * A body of this size takes a few megabytes at most, however it is nested, and what is read from it does not follow the levels.
 * Scanning it would cost a tenth of the time of a delivery.
 */
const HARMLESS_BYTES = 64 * 1024;

/**
 * Receives deliveries. Nothing is stored or parsed unless GitHub signed it, and a delivery that has a handler is stored
 * durably before it is answered. `DeliveryWork` handles it afterwards.
 */
export class DeliveryIntake {
  readonly #deps: Deps;
  readonly #signatures: Signatures;
  readonly #room = new BodyBudget();
  readonly #commits: GroupCommit<StoredDelivery, Inserted>;
  #onStored: () => void = () => {};
  #arrivals = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#signatures = new Signatures(deps.secret);
    this.#commits = new GroupCommit({
      commit: (deliveries, deadline) => deps.store.insertNew(deliveries, { now: deps.now(), deadline }),
      batchMax: BATCH_MAX,
      inFlightMax: IN_FLIGHT_MAX,
      besideMin: BESIDE_MIN,
      waitingMax: WAITING_MAX,
    });
  }

  /** @param listener called after a delivery is stored, so that this process need not wait for the change feed */
  onStored(listener: () => void): void {
    this.#onStored = listener;
  }

  /**
   * @param source the raw bytes of the body; left unread if the delivery is refused
   * @param requestId of the request with which it came, for the log
   * @returns after the delivery is durably stored, now or earlier
   * @throws OrbError `bad_signature`, `unsupported_media_type`, `bad_request`, `too_large`, `request_timeout`, `unreadable_payload`, `overloaded`,
   * `no_temporary_space`, `mongodb_unavailable`, or the driver's error if MongoDB is unavailable: GitHub then gets no 202
   */
  accept(
    source: Readable,
    headers: DeliveryHeaders,
    requestId: string | null = null,
  ): Promise<AcceptedDelivery> {
    return this.#deps.telemetry.acknowledging(() => this.#accept(source, headers, requestId));
  }

  async #accept(
    source: Readable,
    headers: DeliveryHeaders,
    requestId: string | null,
  ): Promise<AcceptedDelivery> {
    const startedMs = performance.now();
    const event = headers["x-github-event"] ?? "";
    const deliveryId = (headers["x-github-delivery"] ?? "").slice(0, DELIVERY_ID_CHARACTERS_MAX);
    const label = labelOf(event, this.#deps.handled);
    try {
      const accepted = await this.#read(source, headers);
      const durationMs = performance.now() - startedMs;
      this.#deps.telemetry.answered({ ...accepted, event: label, requestId, durationMs });
      return accepted;
    } catch (error) {
      const outcome = error instanceof OrbError ? error.code : "not_stored";
      this.#deps.telemetry.refused({ event: label, outcome, deliveryId, requestId, error });
      throw error;
    }
  }

  async #read(source: Readable, headers: DeliveryHeaders): Promise<AcceptedDelivery> {
    const { id, event, signature } = this.#begin(headers);
    const nesting = Number(headers["content-length"]) <= HARMLESS_BYTES ? null : new NestingScan();
    await using body = await Body.receive(source, {
      contentLength: headers["content-length"],
      room: this.#room,
      onBytes: (bytes) => {
        signature.update(bytes);
        nesting?.update(bytes);
      },
    });
    if (body.byteLength === 0 || !signature.matches()) throw badSignature();
    if (!this.#deps.handled.has(event)) return { deliveryId: id, outcome: "ignored" };
    if (nesting?.mistake) throw tooNested(nesting.mistake);
    const keep = () => this.#keep(body, { id, event });
    return { deliveryId: id, outcome: await this.#deps.telemetry.step("webhook.store", keep) };
  }

  /** Checks the headers, before the first byte of the body is read. */
  #begin(headers: DeliveryHeaders): { id: string; event: string; signature: SignatureCheck } {
    const signature = this.#signatures.begin(headers["x-hub-signature-256"]);
    if (!signature) throw badSignature();
    if (!JSON_TYPE.test(headers["content-type"] ?? "")) throw notJson();
    const id = named(headers, "x-github-delivery", DELIVERY_ID);
    return { id, event: named(headers, "x-github-event", EVENT_NAME), signature };
  }

  async #keep(body: Body, { id, event }: { id: string; event: string }): Promise<"stored" | "duplicate"> {
    const { partStore, now } = this.#deps;
    const receivedAt = now();
    const { inMemory } = body;
    // Parsing a large body would delay other requests. The worker parses it; until then it counts as about itself.
    const facts = aboutOf(inMemory && parsePayload(inMemory));
    const kept = await keepPayload(body, partStore, receivedAt);
    const delivery = {
      ...NEW,
      ...facts,
      ...kept,
      _id: id,
      event,
      about: facts.about ?? `delivery/${id}`,
      receivedAt,
      arrival: this.#arrivals++,
      size: body.byteLength,
      // A delivery takes a moment, so none is more urgent than another.
      work: newSharedWork(receivedAt, { share: shareOf(facts), urgent: true }),
    };
    const outcome = await this.#commits.add(delivery, new Deadline(WRITTEN_WITHIN_MS));
    if (outcome !== "inserted" && kept.payloadParts !== null) await this.#forget(kept.payloadParts);
    if (outcome === "duplicate") return "duplicate";
    this.#onStored();
    return "stored";
  }

  /** Removes the parts of a payload that is already stored. If that fails, they expire later by themselves. */
  async #forget(payloadParts: string): Promise<void> {
    const { partStore, telemetry } = this.#deps;
    try {
      await partStore.remove(payloadParts);
    } catch (error) {
      telemetry.setback("duplicate_payload", error);
    }
  }
}

const NEW = {
  status: "pending",
  outcome: null,
  because: null,
  problem: null,
  turn: null,
  replays: 0,
} as const;

function named(headers: DeliveryHeaders, name: keyof DeliveryHeaders, form: RegExp): string {
  const value = headers[name] ?? "";
  if (form.test(value)) return value;
  throw new OrbError({
    code: "bad_request",
    reason: `The header ${name} is missing or not valid.`,
    remedy: "Only GitHub may send requests here. A proxy in between must not change the headers.",
  });
}

/** GitHub can also send forms, depending on a setting of the App; the bot does not read them. */
function notJson(): OrbError {
  return new OrbError({
    code: "unsupported_media_type",
    reason: "The Content-Type of the delivery is not application/json.",
    remedy: "Set the content type of the App's webhook to application/json, then redeliver it on GitHub.",
  });
}

function tooNested(mistake: string): OrbError {
  return new OrbError({
    code: "unreadable_payload",
    reason: `The body ${mistake}, which no webhook of GitHub is or has.`,
    remedy: "Only GitHub may send requests here. If it did, please report it with the id of the delivery.",
  });
}

function badSignature(): OrbError {
  return new OrbError({
    code: "bad_signature",
    reason: "The signature in X-Hub-Signature-256 does not match the body.",
    remedy: "Set the same secret in the App's settings on GitHub and in WEBHOOK_SECRET.",
  });
}
