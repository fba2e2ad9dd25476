import type { FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";
import { OrbError } from "../errors.ts";
import { KnownTokens } from "../rate-limits/known-tokens.ts";
import type { Decision, RateLimits } from "../rate-limits/limits.ts";
import { categoryOf } from "../rate-limits/rules/categories.ts";
import { clientOf, countedAs } from "../rate-limits/rules/client-address.ts";
import { type Crowd, join, NOBODY } from "../rate-limits/rules/crowd.ts";
import type { Counted } from "../rate-limits/rules/counted.ts";
import { rateLimitFields, retryAfterSeconds } from "../rate-limits/rules/header-fields.ts";
import type { RateLimitCategory } from "../rate-limit-categories.ts";
import type { RateLimitTelemetry } from "../telemetry/rate-limits.ts";
import type { Actor, Caller } from "../tokens/authenticate.ts";
import type { HttpServer } from "./http-server.ts";

interface Deps {
  readonly limits: RateLimits;
  readonly telemetry: RateLimitTelemetry;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
  readonly config: Config["rateLimits"];
}

const FAILED_SIGN_INS: ReadonlySet<string> = new Set([
  "bad_signature",
  "sign_in_refused",
  "sign_in_state_refused",
]);

/**
 * Counts requests where the server has read their headers, before their bodies.
 *
 * - A sign-in that fails is counted for its address. If there were too many, no token from there is looked at any more, except one
 *   with which somebody has signed in before.
 * - A request with a token is counted for its user and its address together, others for their address.
 * - A request that no route takes is counted for its address.
 * - Health, metrics and webhooks are not counted, nor is a caller that may bypass limits.
 */
export class RequestLimits {
  readonly #deps: Deps;
  readonly #known = new KnownTokens();
  #crowd: Crowd = NOBODY;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Adds the header fields to each answer to a request that was counted. */
  announce(server: HttpServer): void {
    const { random, config } = this.#deps;
    server.decorateRequest("limited", null);
    server.decorateRequest("clientAddress", null);
    server.addHook("onSend", ({ limited }, reply, payload, done) => {
      if (limited) announceOn(reply, limited, { draft: config.headers, random: random() });
      done(null, payload);
    });
  }

  /** Whether there is nothing to count or to wait for, as with GitHub's webhooks. */
  passes({ headers, routeOptions }: FastifyRequest): boolean {
    const isAnonymous = headers.authorization === undefined && headers.cookie === undefined;
    return routeOptions.config.limit === "none" && isAnonymous;
  }

  /**
   * Counts a request, and looks its caller up, unless too many tokens from its address were wrong.
   *
   * @returns `null` without a token, or if it was not looked at
   * @throws OrbError `too_many_requests`, or what `lookUpCaller` throws
   */
  async admit(request: FastifyRequest): Promise<Caller | null> {
    const isCounted = request.routeOptions.config.limit !== "none";
    const addresses = this.#addressesOf(request);
    const { authorization } = request.headers;
    let caller: Caller | null = null;
    if (authorization !== undefined) {
      const signedIn = await this.#signIn(request, authorization, addresses);
      ({ caller } = signedIn);
      if (signedIn.failed && isCounted) this.#judge(request, signedIn.failed);
      if (signedIn.failed) return caller;
    } else {
      // Nobody can guess a session, and a page whose session has ended asks on: that is no failed sign-in.
      caller = await request.lookUpCaller();
    }
    if (isCounted && !caller?.actor?.isBypass)
      await this.#countCaller(request, caller?.actor ?? null, addresses);
    return caller;
  }

  /**
   * Counts a request that no route takes for its address alone: who tries addresses or methods needs no token.
   *
   * @throws OrbError `too_many_requests`
   */
  async admitUnknown(request: FastifyRequest): Promise<void> {
    await this.#count(request, "anonymous", this.#addressesOf(request));
  }

  /**
   * A webhook whose signature is wrong counts as a sign-in that has failed, and so does one with a browser. One that was counted
   * because of its token counts once.
   *
   * @returns how to answer it
   */
  async afterRefusal(request: FastifyRequest, error: unknown): Promise<unknown> {
    const isFailure = error instanceof OrbError && FAILED_SIGN_INS.has(error.code);
    if (!isFailure || request.limited?.category === "auth-failure") return error;
    try {
      await this.#count(request, "auth-failure", this.#addressesOf(request));
    } catch (tooMany) {
      return tooMany;
    }
    return error;
  }

  async #signIn(
    request: FastifyRequest,
    authorization: string,
    addresses: readonly Counted[],
  ): Promise<{ readonly caller: Caller | null; readonly failed: Decision | null }> {
    const { limits } = this.#deps;
    if (!this.#known.has(authorization)) {
      const failures = await limits.look("auth-failure", addresses);
      if (failures.decision === "refused") return { caller: null, failed: failures };
    }
    const caller = await request.lookUpCaller();
    if (caller?.actor) {
      this.#known.add(authorization);
      return { caller, failed: null };
    }
    this.#known.delete(authorization);
    return { caller, failed: await limits.take("auth-failure", addresses) };
  }

  async #countCaller(
    request: FastifyRequest,
    actor: Actor | null,
    addresses: readonly Counted[],
  ): Promise<void> {
    const { method, routeOptions } = request;
    const { access, limit } = routeOptions.config;
    const named = limit === "none" ? undefined : limit;
    const category = named ?? categoryOf({ access, method, isSignedIn: actor !== null });
    const subjects: readonly Counted[] = actor ? [{ kind: "user", id: actor.id }, ...addresses] : addresses;
    await this.#count(request, category, subjects);
  }

  async #count(
    request: FastifyRequest,
    category: RateLimitCategory,
    subjects: readonly Counted[],
  ): Promise<void> {
    this.#judge(request, await this.#deps.limits.take(category, subjects));
  }

  /** @throws OrbError `too_many_requests` */
  #judge(request: FastifyRequest, decision: Decision): void {
    request.limited = decision;
    if (decision.decision === "refused") throw tooMany(decision);
  }

  #addressesOf(request: FastifyRequest): Counted[] {
    const { socket, headers } = request;
    const { telemetry, config } = this.#deps;
    const header = headers["x-forwarded-for"];
    const { address, isHeaderIgnored } = clientOf({
      remoteAddress: socket.remoteAddress,
      forwardedFor: Array.isArray(header) ? header.join(",") : header,
      trusted: config.trustedProxies,
    });
    request.clientAddress = address;
    if (isHeaderIgnored) telemetry.strangersHeader(address);
    const { crowd, majority } = join(this.#crowd, address);
    this.#crowd = crowd;
    if (majority !== null) telemetry.oneAddressForMost(majority);
    return countedAs(address);
  }
}

function announceOn(
  reply: FastifyReply,
  limited: Decision,
  { draft, random }: { readonly draft: Config["rateLimits"]["headers"]; readonly random: number },
): void {
  const { category, subject, count, isRepeated, decision } = limited;
  const policy = subject.kind === "network" ? `${category}-network` : category;
  reply.headers(rateLimitFields({ policy, count }, draft));
  if (decision === "refused" && reply.statusCode === 429) {
    reply.header("Retry-After", String(retryAfterSeconds(count.waitMs, { isRepeated, random })));
  }
}

const WHO = { user: "The caller", address: "The address", network: "The network of the address" } as const;

function tooMany({ category, subject, count }: Decision): OrbError {
  const what = category === "auth-failure" ? "failed to sign in" : `sent ${category} requests`;
  return new OrbError({
    code: "too_many_requests",
    reason: `${WHO[subject.kind]} has ${what} ${count.limit} times within a minute, which is the limit.`,
    remedy: "Wait for the time in Retry-After, then send the request again.",
  });
}
