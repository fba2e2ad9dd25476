// What all mutations have in common: one `input`, and an answer that repeats the caller's own id.

import type { Context } from "../context.ts";

/** Answers the payload's fields beside `clientMutationId`. */
export type Mutation<Input> = (context: Context, input: Input) => Promise<Record<string, unknown>>;

type Resolver = (args: {
  readonly input: Readonly<Record<string, unknown>>;
}) => Promise<Record<string, unknown>>;

/** `Input` has been checked against the schema by then. */
export function mutationField<Input>(context: Context, mutate: Mutation<Input>): Resolver {
  return async ({ input }) => ({
    ...(await mutate(context, input as Input)),
    clientMutationId: input["clientMutationId"] ?? null,
  });
}

/** The values that are given, under their own names: an absent property is not one that is `undefined`. */
export function given<Values extends Record<string, unknown>>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}
