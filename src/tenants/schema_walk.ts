import * as z from "zod/mini";
import { isObject, type Path } from "./json.ts";
import { tenantFile } from "./schema.ts";

/**
 * The schema as JSON Schema, asked for what stands at a path: its description,
 * its keys, whether it is a secret. Made on first use; only the command line needs it.
 */
export type SchemaNode = {
  readonly description?: string;
  readonly type?: string;
  readonly secret?: boolean;
  readonly literal?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly string[];
};

let made: SchemaNode | undefined;

/** JSON Schema 2020-12 of the tenant file, for editors and for the reference page. */
export const tenantJsonSchema = (): SchemaNode => {
  // zod types the result wider than what our schema can contain.
  made ??= z.toJSONSchema(tenantFile, { io: "input", unrepresentable: "any" }) as SchemaNode;
  return made;
};

const child = (node: SchemaNode, step: string | number): SchemaNode | undefined => {
  for (const branch of node.anyOf ?? []) {
    const found = child(branch, step);
    if (found !== undefined) return found;
  }
  if (typeof step === "number") return node.items;
  const property = node.properties?.[step];
  if (property !== undefined) return property;
  return isObject(node.additionalProperties) ? node.additionalProperties : undefined;
};

/** What the schema says of the value at a path; undefined where it says nothing. */
export const schemaAt = (path: Path): SchemaNode | undefined => {
  let node: SchemaNode | undefined = tenantJsonSchema();
  for (const step of path) node = node === undefined ? undefined : child(node, step);
  return node;
};

/** The keys that may stand in the block at a path. */
export const keysAt = (path: Path): readonly string[] => {
  const collect = (node: SchemaNode | undefined): readonly string[] =>
    node === undefined
      ? []
      : [
          ...Object.keys(node.properties ?? {}),
          ...(node.propertyNames?.enum ?? []),
          ...(node.anyOf ?? []).flatMap(collect),
        ];
  return collect(schemaAt(path));
};

/** True where a value is stored encrypted. */
export const isSecretAt = (path: Path): boolean => schemaAt(path)?.secret === true;
