import type { Octokit } from "../wire/octokit.ts";

const PAGE_SIZE = 100;

/** One attempt of GitHub to deliver a webhook to us. A redelivery is another attempt with the same GUID. */
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
  /** Cursor of the next page, which has older attempts; `null` on the last page. */
  readonly cursor: string | null;
}

/**
 * One page, at most 100, of the last three days' attempts that got no 2xx answer.
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
 * Asks GitHub to deliver an attempt's webhook again, under the same GUID; GitHub does so a moment later.
 *
 * https://docs.github.com/en/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook
 *
 * @returns `gone` if GitHub no longer keeps it
 */
export async function redeliver(app: Octokit, attemptId: number): Promise<"asked" | "gone"> {
  try {
    await app.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: attemptId });
    return "asked";
  } catch (error) {
    const { status } = error as { status?: number };
    if (status === 404 || status === 410) return "gone";
    throw error;
  }
}

function cursorOf(link: string | undefined): string | null {
  const [, address] = /<([^>]+)>; rel="next"/.exec(link ?? "") ?? [];
  return address === undefined ? null : new URL(address).searchParams.get("cursor");
}
