import {
  Kind,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type TypeNode,
} from 'graphql';
import type { EnumValue, Model } from '../mart';
import { readLabel, type LabelReading } from './readLabel';

/** Reads the enums of fields that bear a label, and those of which a value bears one. */
export function readEnums(document: DocumentNode, reading: LabelReading): Model['enums'] {
  const shown = new Set(labelledFields(document, reading).map(({ type }) => namedType(type)));
  const bearsLabel = (node: EnumValueDefinitionNode) =>
    reading.directives.label(node) !== undefined;
  return new Map(
    document.definitions
      .filter((node): node is EnumTypeDefinitionNode => node.kind === Kind.ENUM_TYPE_DEFINITION)
      .filter(({ name, values = [] }) => shown.has(name.value) || values.some(bearsLabel))
      .map(({ name, values = [] }) => [
        name.value,
        values.map((node) => readValue(node, name.value, reading)),
      ]),
  );
}

function readValue(
  node: EnumValueDefinitionNode,
  enumName: string,
  reading: LabelReading,
): EnumValue {
  const value = node.name.value;
  return {
    value,
    description: node.description?.value ?? '',
    label: readLabel(node, `${enumName}.${value}`, reading),
    explanation: reading.directives.explanation(node),
  };
}

function labelledFields(
  { definitions }: DocumentNode,
  { directives }: LabelReading,
): FieldDefinitionNode[] {
  return definitions
    .filter(
      (node) =>
        node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
    )
    .flatMap(({ fields }) => fields ?? [])
    .filter(
      (field) =>
        directives.label(field) !== undefined ||
        directives.dimension(field) !== undefined ||
        directives.measure(field) !== undefined,
    );
}

/** The type's own name, whatever lists and exclamation marks are around it. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
