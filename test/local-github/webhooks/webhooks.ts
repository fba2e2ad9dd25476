// Turns events into signed deliveries. Like GitHub, it never retries by itself, and promises no order.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { App, HookDelivery } from "../state.ts";
import type { World } from "../world.ts";
import type { WorldEvent } from "../world-event.ts";
import {
  ANSWER_TIMEOUT_MS,
  attemptDelivery,
  deliveryHeaders,
  UNREACHABLE,
  type DeliveryOutcome,
} from "./delivery-attempt.ts";
import { payloadOf } from "./payload.ts";
import { pingPayload } from "./ping.ts";
import { subscribersOf } from "./subscriptions.ts";
import { WebhookFaults } from "./webhook-faults.ts";

/** GitHub drops larger payloads silently. https://docs.github.com/webhooks/webhook-events-and-payloads */
const PAYLOAD_BYTES_MAX = 25 * 1024 * 1024;
/** GitHub's delivery ids exceed 32 bits; a bot that stores them in an int must notice. */
const FIRST_DELIVERY_ID = 70_000_000_001;

/** A planned attempt to deliver to an App. */
export interface Outgoing {
  readonly app: App;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly payload: string;
  readonly redelivery: boolean;
}

export class Webhooks {
  readonly faults = new WebhookFaults();
  readonly #world: World;
  readonly #answerTimeoutMs: number;
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #hookIds = new Map<number, number>();
  #held: Outgoing[] = [];
  #postponed: Outgoing[] = [];
  #nextDeliveryId = FIRST_DELIVERY_ID;

  /** Listens to the world from now on. */
  constructor(world: World, options: { readonly answerTimeoutMs?: number } = {}) {
    this.#world = world;
    this.#answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    this.#stopListening = world.events.on((event) => this.#deliverEvent(event));
  }

  /** Sends the deliveries that faults of kind "hold" kept, in the given order; returns at once. */
  release(order: "as raised" | "reversed" = "as raised"): void {
    const held = order === "reversed" ? this.#held.toReversed() : this.#held;
    this.#held = [];
    for (const outgoing of held) this.#track(this.#send(outgoing));
  }

  /**
   * Removes and returns the deliveries that faults of kind "hold" kept, in the order in which they were raised;
   * a test can then `post` them as it likes.
   */
  takeHeld(): readonly Outgoing[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /**
   * Sends a held delivery to the current address of the App's webhook; may be called several times, with any
   * GUID.
   */
  post(outgoing: Outgoing): void {
    this.#track(this.#send(outgoing));
  }

  get heldCount(): number {
    return this.#held.length;
  }

  /**
   * Resolves when every due delivery has been answered, including those that the answers caused. It does not
   * wait for held deliveries; it waits for delayed ones; reordered ones without a successor are sent now.
   */
  async drain(): Promise<void> {
    while (this.#inFlight.size > 0 || this.#postponed.length > 0) {
      await Promise.all(this.#inFlight);
      for (const outgoing of this.#takePostponed()) this.#track(this.#send(outgoing));
    }
  }

  /** A new attempt with the same GUID; returns at once, as GitHub's 202 does. */
  redeliver(delivery: HookDelivery): void {
    const app = this.#world.state.apps.get(delivery.appId);
    if (app?.webhook) this.#dispatch({ ...delivery, app, redelivery: true });
  }

  /** The event that GitHub sends when an App's webhook is set up. */
  ping(app: App): void {
    const hookId = this.#hookIdOf(app);
    this.#dispatch({
      app,
      guid: randomUUID(),
      event: "ping",
      action: null,
      installationId: null,
      repositoryId: null,
      payload: JSON.stringify(pingPayload(this.#world, app, hookId)),
      redelivery: false,
    });
  }

  /** Stops listening and aborts running attempts. */
  async close(): Promise<void> {
    this.#stopListening();
    this.#held = [];
    this.#postponed = [];
    this.#closing.abort();
    await Promise.all(this.#inFlight);
  }

  /** Builds the payloads before the act continues, so that each shows that moment, and sends them afterwards. */
  async #deliverEvent(event: WorldEvent): Promise<void> {
    for (const { app, installation } of subscribersOf(this.#world, event)) {
      const payload = JSON.stringify(await payloadOf(this.#world, event, { app, installation }));
      if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX) continue;
      this.#dispatch({
        app,
        guid: randomUUID(),
        event: event.type,
        action: "action" in event ? event.action : null,
        installationId: installation.id,
        repositoryId: "repository" in event ? event.repository.id : null,
        payload,
        redelivery: false,
      });
    }
  }

  #dispatch(outgoing: Outgoing): void {
    const fault = this.faults.strike(outgoing);
    switch (fault?.kind) {
      case undefined:
        return this.#track(this.#send(outgoing));
      case "wrong-signature":
        return this.#track(this.#send(outgoing, randomUUID()));
      case "duplicate":
        this.#track(this.#send(outgoing));
        return this.#track(this.#send(outgoing));
      case "delay":
        return this.#track(this.#sendLater(outgoing, fault.delayMs));
      case "reorder":
        this.#postponed.push(outgoing);
        return;
      case "hold":
        this.#held.push(outgoing);
        return;
      case "unreachable":
        return this.#log(outgoing, {
          deliveredAt: this.#world.now(),
          requestHeaders: {},
          outcome: UNREACHABLE,
        });
      case "lose":
        return;
      default:
        fault satisfies never;
    }
  }

  async #sendLater(outgoing: Outgoing, delayMs: number): Promise<void> {
    const { signal } = this.#closing;
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await this.#send(outgoing);
  }

  async #send(outgoing: Outgoing, secret = outgoing.app.webhook?.secret): Promise<void> {
    const { app, payload } = outgoing;
    if (!app.webhook || secret === undefined) return;
    const deliveredAt = this.#world.now();
    const headers = deliveryHeaders({ ...outgoing, hookId: this.#hookIdOf(app), appId: app.id, secret });
    const { url } = app.webhook;
    const outcome = await attemptDelivery(
      { url, headers, payload },
      { timeoutMs: this.#answerTimeoutMs, closing: this.#closing.signal },
    );
    this.#log(outgoing, { deliveredAt, requestHeaders: headers, outcome });
    for (const later of this.#takePostponed(app)) this.#track(this.#send(later));
  }

  #log(
    { app, ...outgoing }: Outgoing,
    attempt: { deliveredAt: Date; requestHeaders: Record<string, string>; outcome: DeliveryOutcome },
  ): void {
    const { outcome, ...when } = attempt;
    const id = this.#nextDeliveryId++;
    const url = app.webhook?.url ?? "";
    this.#world.state.hookDeliveries.push({ ...outgoing, ...outcome, ...when, id, appId: app.id, url });
  }

  #takePostponed(app?: App): Outgoing[] {
    const due = this.#postponed.filter((outgoing) => app === undefined || outgoing.app === app);
    this.#postponed = this.#postponed.filter((outgoing) => !due.includes(outgoing));
    return due;
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  #hookIdOf(app: App): number {
    const hookId = this.#hookIds.get(app.id) ?? this.#world.newIdentity("A").id;
    this.#hookIds.set(app.id, hookId);
    return hookId;
  }
}
