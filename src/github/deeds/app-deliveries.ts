import type { Octokit } from "../wire/octokit.ts";

const PAGE_SIZE = 100;

/** An attempt of GitHub to deliver a webhook to us. A redelivery is another attempt of the same GUID. */
export interface DeliveryAttempt {
  readonly id: number;
  /** `X-GitHub-Delivery` */
  readonly guid: string;
  readonly event: string;
  readonly deliveredAt: Date;
}

export interface FailedDeliveries {
  /** The newest first. */
  readonly attempts: readonly DeliveryAttempt[];
  /** Of the next page, with older ones; `null` where there is none. */
  readonly cursor: string | null;
}

/**
 * Attempts that were not answered with a 2xx, of the last three days, a page of at most 100.
 *
 * https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook
 */
export async function failedDeliveries(app: Octokit, cursor: string | null): Promise<FailedDeliveries> {
  const { data, headers } = await app.request("GET /app/hook/deliveries", {
    per_page: PAGE_SIZE,
    status: "failure",
    ...(cursor !== null && { cursor }),
  });
  return {
    attempts: data.map(({ id, guid, event, delivered_at }) => ({
      id: Number(id),
      guid,
      event,
      deliveredAt: new Date(delivered_at),
    })),
    cursor: cursorOf(headers.link),
  };
}

/**
 * Asks GitHub to deliver again what an attempt was about, under the same GUID; it does so a moment later.
 *
 * https://docs.github.com/en/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook
 *
 * @returns `gone` where GitHub does not keep it any more
 */
export async function redeliver(app: Octokit, attemptId: number): Promise<"asked" | "gone"> {
  try {
    await app.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: attemptId });
    return "asked";
  } catch (error) {
    if ((error as { status?: number }).status === 404) return "gone";
    throw error;
  }
}

function cursorOf(link: string | undefined): string | null {
  const [, address] = /<([^>]+)>; rel="next"/.exec(link ?? "") ?? [];
  return address === undefined ? null : new URL(address).searchParams.get("cursor");
}
