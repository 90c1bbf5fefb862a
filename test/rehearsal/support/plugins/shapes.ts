import { existsSync, readFileSync } from "node:fs";
import ts from "typescript";
import { isObject, UNKNOWN, type Value } from "../../../../scripts/engine/plugins/rpc/properties.ts";

/** The fields of a resource or of a group within it, from the type declarations of @pulumi/aws. */
export interface Shape {
  readonly fields: ReadonlyMap<string, Field>;
}

interface Field {
  readonly required: boolean;
  readonly type: ts.TypeNode;
}

const PACKAGE = import.meta.resolve("@pulumi/aws/package.json");

function declarations(path: string): ts.SourceFile | undefined {
  const file = new URL(path, PACKAGE);
  return existsSync(file)
    ? ts.createSourceFile(path, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, false)
    : undefined;
}

/** "aws:ec2/instance:Instance" is Instance in ec2/instance.d.ts. */
function place(token: string): { readonly path: string; readonly name: string } {
  const [, module = "", name = ""] = token.split(":");
  return { path: `${module.replace(/^index\//, "")}.d.ts`, name };
}

const fieldsOf = (members: ts.NodeArray<ts.TypeElement | ts.ClassElement>): Map<string, Field> => {
  const fields = new Map<string, Field>();
  for (const member of members) {
    if (!(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))) continue;
    if (member.type === undefined || !ts.isIdentifier(member.name)) continue;
    if (member.modifiers?.some((each) => each.kind === ts.SyntaxKind.StaticKeyword)) continue;
    fields.set(member.name.text, { required: member.questionToken === undefined, type: member.type });
  }
  return fields;
};

/** What may be said of a resource, and what it then has; undefined where there is no such type. */
export function resourceShape(
  token: string,
): { readonly inputs: Shape; readonly outputs: Shape } | undefined {
  const { path, name } = place(token);
  const statements: readonly ts.Statement[] = declarations(path)?.statements ?? [];
  const args = statements.find(
    (each): each is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(each) && each.name.text === `${name}Args`,
  );
  const resource = statements.find(
    (each): each is ts.ClassDeclaration => ts.isClassDeclaration(each) && each.name?.text === name,
  );
  return (
    args &&
    resource && {
      inputs: { fields: fieldsOf(args.members) },
      outputs: { fields: fieldsOf(resource.members) },
    }
  );
}

let groups: ReadonlyMap<string, Shape> | undefined;

/** All groups of inputs, by their name: "ec2.InstanceMetadataOptions". */
function group(name: string): Shape | undefined {
  groups ??= collect([...(declarations("types/input.d.ts")?.statements ?? [])], "");
  return groups.get(name);
}

function collect(statements: readonly ts.Statement[], prefix: string): Map<string, Shape> {
  const found = new Map<string, Shape>();
  for (const each of statements) {
    if (ts.isInterfaceDeclaration(each)) {
      found.set(prefix + each.name.text, { fields: fieldsOf(each.members) });
    } else if (ts.isModuleDeclaration(each) && each.body && ts.isModuleBlock(each.body)) {
      const inner = collect([...each.body.statements], `${prefix}${each.name.text}.`);
      for (const [name, shape] of inner) found.set(name, shape);
    }
  }
  return found;
}

/** What is wrong with a value of a shape, each with its place. */
export function flaws(shape: Shape, value: Readonly<Record<string, Value>>, at = ""): string[] {
  const unknown = Object.keys(value)
    .filter((key) => !key.startsWith("__") && !shape.fields.has(key))
    .map((key) => `${at}${key} is not among: ${[...shape.fields.keys()].join(", ")}`);
  const fields = [...shape.fields].flatMap(([name, { required, type }]) => {
    const given = value[name];
    if (given === undefined || given === null) return required ? [`${at}${name} is required`] : [];
    return flawsOf(type, given, `${at}${name}`);
  });
  return [...unknown, ...fields];
}

/** Types that hold another one, which is what comes over the wire. */
const WRAPPERS = ["pulumi.Input", "pulumi.Output", "Promise"];

function flawsOf(type: ts.TypeNode, value: Value, at: string): string[] {
  if (value === UNKNOWN) return [];
  if (ts.isParenthesizedTypeNode(type)) return flawsOf(type.type, value, at);
  if (ts.isUnionTypeNode(type)) {
    const tried = type.types
      .filter((each) => each.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((each) => flawsOf(each, value, at));
    return tried.some((each) => each.length === 0)
      ? []
      : (tried.sort((a, b) => a.length - b.length)[0] ?? []);
  }
  if (ts.isArrayTypeNode(type)) {
    return Array.isArray(value)
      ? value.flatMap((each: Value, index) => flawsOf(type.elementType, each, `${at}[${index}]`))
      : [`${at} is no list`];
  }
  if (ts.isTypeReferenceNode(type)) {
    const name = nameOf(type.typeName);
    const [inner] = type.typeArguments ?? [];
    if (WRAPPERS.includes(name) && inner !== undefined) return flawsOf(inner, value, at);
    const shape = name.startsWith("inputs.") ? group(name.slice("inputs.".length)) : undefined;
    if (shape === undefined) return []; // A name for one of some texts.
    return isObject(value) ? flaws(shape, value, `${at}.`) : [`${at} is no group`];
  }
  return kindOf(type) === undefined || typeof value === kindOf(type) ? [] : [`${at} is no ${kindOf(type)}`];
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}

function kindOf(type: ts.TypeNode): "string" | "number" | "boolean" | undefined {
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return "string";
    case ts.SyntaxKind.NumberKeyword:
      return "number";
    case ts.SyntaxKind.BooleanKeyword:
      return "boolean";
    default:
      return undefined;
  }
}

/** A value of an output's kind: the text that is given, nothing of anything else. */
export function filledIn(type: ts.TypeNode, text: string): Value | undefined {
  if (ts.isTypeReferenceNode(type) && nameOf(type.typeName) === "pulumi.Output") {
    const [inner] = type.typeArguments ?? [];
    return inner && filledIn(inner, text);
  }
  if (ts.isArrayTypeNode(type)) return [];
  const kind = kindOf(type);
  if (kind === "string") return text;
  if (kind === "number") return 0;
  return kind === "boolean" ? false : undefined;
}
