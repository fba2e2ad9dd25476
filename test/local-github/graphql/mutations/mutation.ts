// What all mutations have in common: one `input`, and an answer that repeats the caller's own id.

import type { Context } from "../context.ts";

/** Returns the payload's fields, without `clientMutationId`. */
export type Mutation<Input> = (context: Context, input: Input) => Promise<Record<string, unknown>>;

type Resolver = (args: {
  readonly input: Readonly<Record<string, unknown>>;
}) => Promise<Record<string, unknown>>;

/** `Input` has already been checked against the schema. */
export function mutationField<Input>(context: Context, mutate: Mutation<Input>): Resolver {
  return async ({ input }) => ({
    ...(await mutate(context, input as Input)),
    clientMutationId: input["clientMutationId"] ?? null,
  });
}

/** The given values under their own names: a missing property is not the same as one that is `undefined`. */
export function given<Values extends Record<string, unknown>>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}
