// The log of deliveries over HTTP, for the App itself. https://docs.github.com/rest/apps/webhooks

import { asApp, numberParam, ok, type Route } from "../http/route.ts";
import { deliveryOf, fullDeliveryJson, listDeliveries, type DeliveryQuery } from "./delivery-log.ts";
import type { Webhooks } from "./webhooks.ts";

export function hookDeliveryRoutes(webhooks: Webhooks): readonly Route[] {
  return [
    asApp("GET /app/hook/deliveries", ({ world, app, url }) => {
      const { items, nextCursor } = listDeliveries(world, app, queryOf(url.searchParams));
      return { ...ok(items), headers: nextCursor === null ? {} : { link: nextLink(url, nextCursor) } };
    }),
    asApp("GET /app/hook/deliveries/{delivery_id}", (request) => {
      const { world, app } = request;
      return ok(fullDeliveryJson(deliveryOf(world, app, numberParam(request, "delivery_id"))));
    }),
    asApp("POST /app/hook/deliveries/{delivery_id}/attempts", (request) => {
      const { world, app } = request;
      webhooks.redeliver(deliveryOf(world, app, numberParam(request, "delivery_id")));
      return ok({}, 202);
    }),
  ];
}

function queryOf(parameters: URLSearchParams): DeliveryQuery {
  const perPage = Number(parameters.get("per_page"));
  const cursor = parameters.get("cursor");
  const status = parameters.get("status");
  return {
    ...(perPage > 0 ? { perPage } : {}),
    ...(cursor === null ? {} : { cursor }),
    ...(status === "success" || status === "failure" ? { status } : {}),
  };
}

function nextLink(url: URL, cursor: string): string {
  const next = new URL(url);
  next.searchParams.set("cursor", cursor);
  return `<${next.href}>; rel="next"`;
}
