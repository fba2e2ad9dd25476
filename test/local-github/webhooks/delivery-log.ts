// The log of deliveries as GitHub shows it to the App. https://docs.github.com/rest/apps/webhooks

import { notFound, validationFailed } from "../github-error.ts";
import type { App, HookDelivery } from "../state.ts";
import type { World } from "../world.ts";

const PAGE_SIZE_DEFAULT = 30;
const PAGE_SIZE_MAX = 100;
/** "You can only redeliver deliveries from the past 3 days": https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
const KEPT_MS = 3 * 24 * 3_600_000;

export interface DeliveryQuery {
  readonly perPage?: number;
  /** From the Link header of the previous page. */
  readonly cursor?: string;
  readonly status?: "success" | "failure";
}

export interface DeliveryPage {
  readonly items: readonly Record<string, unknown>[];
  /** For `rel="next"`; `null` on the last page. */
  readonly nextCursor: string | null;
}

/** Newest first. Refuses a cursor that it did not issue. */
export function listDeliveries(
  world: World,
  app: App,
  { perPage = PAGE_SIZE_DEFAULT, cursor, status }: DeliveryQuery,
): DeliveryPage {
  const before = cursor === undefined ? Infinity : idOf(cursor);
  const size = Math.min(Math.max(perPage, 1), PAGE_SIZE_MAX);
  const matching = world.state.hookDeliveries
    .filter(
      (delivery) =>
        delivery.appId === app.id &&
        isKept(world, delivery) &&
        delivery.id < before &&
        (status === undefined || (status === "success") === (delivery.status === "OK")),
    )
    .sort((a, b) => b.id - a.id);
  const page = matching.slice(0, size);
  const last = page.at(-1);
  return {
    items: page.map(deliveryJson),
    nextCursor: matching.length > size && last ? `v1_${last.id}` : null,
  };
}

function isKept(world: World, { deliveredAt }: HookDelivery): boolean {
  return world.now().getTime() - deliveredAt.getTime() <= KEPT_MS;
}

/** An App's delivery by id, or GitHub's 404. */
export function deliveryOf(world: World, app: App, id: number): HookDelivery {
  const found = world.state.hookDeliveries.find((each) => each.id === id && each.appId === app.id);
  if (!found || !isKept(world, found)) throw notFound();
  return found;
}

/** With request and response, as for a single delivery. */
export function fullDeliveryJson(delivery: HookDelivery): Record<string, unknown> {
  return {
    ...deliveryJson(delivery),
    url: delivery.url,
    request: {
      headers: delivery.requestHeaders,
      payload: JSON.parse(delivery.payload) as Record<string, unknown>,
    },
    response: { headers: delivery.response?.headers ?? null, payload: delivery.response?.body ?? null },
  };
}

function deliveryJson(delivery: HookDelivery): Record<string, unknown> {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt.toISOString(),
    redelivery: delivery.redelivery,
    duration: Math.round(delivery.durationMs / 10) / 100,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function idOf(cursor: string): number {
  const [, id] = /^v1_(\d+)$/.exec(cursor) ?? [];
  if (id === undefined) throw validationFailed("The cursor is invalid.");
  return Number(id);
}
