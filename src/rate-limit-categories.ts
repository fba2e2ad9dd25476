/** What the requests of one caller or address count as, with how many of them it may send in a minute. */
export const RATE_LIMITS = {
  signals: 600,
  read: 300,
  write: 60,
  admin: 30,
  anonymous: 60,
  "auth-failure": 10,
} as const;

export type RateLimitCategory = keyof typeof RATE_LIMITS;

export const RATE_LIMIT_CATEGORIES = Object.keys(RATE_LIMITS) as [RateLimitCategory, ...RateLimitCategory[]];

const DEFAULTS = Object.entries(RATE_LIMITS) as [RateLimitCategory, number][];

/** As in the environment. */
export const RATE_LIMITS_DEFAULT = DEFAULTS.map(([category, limit]) => `${category}=${limit}`).join(",");

/** The log of a caller has eight bytes for each request that it admitted within the minute. */
export const RATE_LIMIT_MAX = 10_000;

/**
 * Reads limits as `signals=600,read=300`; those that are left out keep their default.
 *
 * @returns what is wrong, in words that follow the name of a setting, if they are not valid
 */
export function readRateLimits(text: string): ReadonlyMap<RateLimitCategory, number> | string {
  const limits = new Map<RateLimitCategory, number>(DEFAULTS);
  const given = new Set<RateLimitCategory>();
  for (const part of text.split(",").map((each) => each.trim())) {
    const [, name = "", digits = ""] = /^([^=]*?)\s*=\s*(\d+)$/.exec(part) ?? [];
    const category = RATE_LIMIT_CATEGORIES.find((each) => each === name);
    const limit = Number(digits);
    if (category === undefined || limit < 1 || limit > RATE_LIMIT_MAX) {
      return `must have limits from 1 to ${RATE_LIMIT_MAX} for ${RATE_LIMIT_CATEGORIES.join(", ")}, such as read=300, but has ${JSON.stringify(part)}`;
    }
    if (given.has(category)) return `has two limits for ${category}`;
    given.add(category);
    limits.set(category, limit);
  }
  return limits;
}
