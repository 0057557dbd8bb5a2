import {
  buildASTSchema,
  getDirectiveValues,
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLDirective,
} from 'graphql';
import type { Label } from '../label';
import type { MeasureKind, TimeStep } from '../grain';
import type { MeasureUnit, SourceCombination } from '../mart';

interface Node {
  readonly directives?: readonly DirectiveNode[];
}

/** Fields of the grain's interface, by what they are to it. */
export interface SaidOfGrain {
  readonly name: string;
  readonly kinds: readonly MeasureKind[];
  readonly key: readonly string[];
  readonly subject?: string;
  readonly company?: string;
  readonly year?: string;
  readonly period?: string;
  readonly superseded?: string;
  readonly certificate?: string;
  readonly defects?: string;
  readonly defectsBy?: string;
  readonly maskedByYear: boolean;
}

export interface SaidOfMart {
  readonly key: readonly string[];
  readonly reports?: string;
  readonly grain: string;
  readonly subject?: string;
  readonly time?: string;
  readonly company?: string;
  readonly rows: boolean;
  readonly minGroup?: number;
  readonly defects?: string;
  readonly defectsBy?: string;
}

/** What the directives of schema/directives.graphql say of a type or a field; undefined where absent. */
export interface Directives {
  mart(node: Node): SaidOfMart | undefined;
  grain(node: Node): SaidOfGrain | undefined;
  entity(
    node: Node,
  ): { table: string; rootField: string; key: readonly string[]; defects?: string } | undefined;
  dimension(
    node: Node,
  ):
    | { column?: string; groupAs?: string; ofItem: boolean; rolledUp: boolean; step?: TimeStep }
    | undefined;
  measure(node: Node):
    | {
        kind: MeasureKind;
        unit?: MeasureUnit;
        source: readonly string[];
        combined: SourceCombination;
        column?: string;
      }
    | undefined;
  masked(node: Node): Record<string, never> | undefined;
  label(node: Node): Label | undefined;
  explanation(node: Node): Label | undefined;
}

/** The types of their arguments. */
const ENUMS: readonly string[] = ['MeasureKind', 'MeasureUnit', 'SourceCombination', 'TimeStep'];

/** Reads them by their own definitions, so that wrong arguments are refused and absent ones filled in. */
export function directivesOf(document: DocumentNode): Directives {
  const definitions = document.definitions.filter(
    (node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION ||
      (node.kind === Kind.ENUM_TYPE_DEFINITION && ENUMS.includes(node.name.value)),
  );
  const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions });
  const reader = <Values extends object>(name: string) => {
    const directive = schema.getDirective(name);
    if (!directive) throw new Error(`schema/ does not define the directive @${name}.`);
    return (node: Node) => valuesOf<Values>(directive, node);
  };
  return {
    mart: reader('mart'),
    grain: reader('grain'),
    entity: reader('entity'),
    dimension: reader('dimension'),
    measure: reader('measure'),
    masked: reader('masked'),
    label: reader('label'),
    explanation: reader('explanation'),
  };
}

/** The definition of the directive says what its values are, and graphql-js has checked them by it. */
function valuesOf<Values extends object>(
  directive: GraphQLDirective,
  node: Node,
): Values | undefined {
  return getDirectiveValues(directive, node) as Values | undefined;
}
