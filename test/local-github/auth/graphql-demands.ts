// What GitHub demands for a whole GraphQL document, found out from the objects and mutations in it.

import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getOperationAST,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from "graphql";
import { gitHubSchema } from "../graphql/schema.ts";
import type { Permissions } from "../state.ts";
import { keyOfType, MUTATIONS, OBJECTS } from "./graphql-permissions.ts";

/** Of each demand any one set is enough. */
type Demands = readonly (readonly Permissions[])[];

/**
 * What each part of a document takes: all of its demands. A part is named by the alias of its field at the root, without a
 * number at its end; what is demanded only where there is an object of some type stands under `alias … on Type`.
 */
export async function demandsOf(text: string): Promise<ReadonlyMap<string, Demands>> {
  const walk = new Walk(await gitHubSchema(), text);
  return walk.demands;
}

class Walk {
  readonly demands = new Map<string, (readonly Permissions[])[]>();
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, text: string) {
    const document = parse(text);
    const operation = getOperationAST(document);
    const root = operation && schema.getRootType(operation.operation);
    if (!operation || !root) throw new Error(`There is no one operation in ${text}`);
    this.#schema = schema;
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((each) => [each.name.value, each]));
    for (const field of operation.selectionSet.selections) {
      if (field.kind !== Kind.FIELD) throw new Error("A fragment at the root has no alias");
      const part = (field.alias ?? field.name).value.replace(/\d+$/, "");
      this.#add(part);
      this.#enterField(field, root, part);
    }
  }

  #enterField(node: FieldNode, parent: GraphQLNamedType, part: string): void {
    const name = node.name.value;
    if (name === "__typename") return;
    if (parent === this.#schema.getMutationType()) this.#add(part, demandOf(MUTATIONS, name));
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!field) throw new Error(`${parent.name} has no ${name}`);
    const type = getNamedType(field.type);
    if (keyOfType(type.name) !== null) this.#add(part, demandOf(OBJECTS, keyOfType(type.name)));
    this.#enterSelection(node.selectionSet, type, part);
  }

  #enterSelection(selection: SelectionSetNode | undefined, type: GraphQLNamedType, part: string): void {
    for (const node of selection?.selections ?? []) {
      if (node.kind === Kind.FIELD) {
        this.#enterField(node, type, part);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
      const condition = this.#schema.getType(fragment?.typeCondition?.name.value ?? type.name);
      if (!fragment || !condition) throw new Error("A fragment is missing, or its type");
      const key = keyOfType(condition.name);
      const narrows = isAbstractType(type) && key !== null && key !== keyOfType(type.name);
      const inner = narrows ? `${part} … on ${condition.name}` : part;
      if (narrows) this.#add(inner, demandOf(OBJECTS, key));
      this.#enterSelection(fragment.selectionSet, condition, inner);
    }
  }

  #add(part: string, demand?: readonly Permissions[]): void {
    const known = this.demands.get(part) ?? [];
    this.demands.set(part, demand ? [...known, demand] : known);
  }
}

function demandOf(
  table: Readonly<Record<string, { readonly sets: readonly Permissions[] }>>,
  name: string | null,
): readonly Permissions[] {
  const found = name === null ? undefined : table[name];
  if (!found) throw new Error(`graphql-permissions.ts lacks ${name}`);
  return found.sets;
}
