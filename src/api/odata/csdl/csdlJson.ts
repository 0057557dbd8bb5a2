import type { EntityModel, EntitySet, Property } from '../model/entityModel';
import { VOCABULARIES, vocabularyUri, type Annotation, type AnnotationValue } from './annotation';
import {
  annotationsOfContainer,
  annotationsOfProperty,
  annotationsOfSet,
  annotationsOfType,
} from './annotationsOf';

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };
type Members = Readonly<Record<string, Json>>;

/** The model as CSDL in JSON. */
export function csdlJson(model: EntityModel): string {
  const { namespace, container, sets } = model;
  const types = [...sets.values()].map((set) => [set.type, entityType(set, model)] as const);
  const members = [...sets.values()].map((set) => [set.name, entitySet(set, model)] as const);
  const document: Members = {
    $Version: '4.01',
    $Reference: Object.fromEntries(
      Object.entries(VOCABULARIES).map(([alias, name]) => [
        vocabularyUri(name, 'json'),
        { $Include: [{ $Namespace: name, $Alias: alias }] },
      ]),
    ),
    $EntityContainer: `${namespace}.${container}`,
    [namespace]: {
      ...Object.fromEntries(types),
      [container]: {
        $Kind: 'EntityContainer',
        ...Object.fromEntries(members),
        ...annotated(annotationsOfContainer()),
      },
    },
  };
  return `${JSON.stringify(document)}\n`;
}

function entityType(set: EntitySet, { namespace, sets }: EntityModel): Members {
  const ways = [...set.navigations.values()].map(({ name, to, many, by }): [string, Members] => {
    const way = { $Kind: 'NavigationProperty', $Type: `${namespace}.${sets.get(to)?.type ?? ''}` };
    if (many) return [name, { ...way, $Collection: true }];
    const constraint = Object.fromEntries(by.map((each) => [each, each]));
    return [name, { ...way, $Nullable: true, $ReferentialConstraint: constraint }];
  });
  return {
    $Kind: 'EntityType',
    $Key: set.key,
    ...Object.fromEntries([...set.properties.values()].map((each) => [each.name, property(each)])),
    ...Object.fromEntries(ways),
    ...annotated(annotationsOfType(set)),
  };
}

function property(each: Property): Members {
  const { type, collection, nullable, precision, scale, maxLength } = each;
  return {
    ...(type !== 'Edm.String' && { $Type: type }),
    ...(collection && { $Collection: true }),
    ...(nullable && { $Nullable: true }),
    ...(maxLength !== undefined && { $MaxLength: maxLength }),
    ...(precision !== undefined && { $Precision: precision }),
    ...(scale !== undefined && { $Scale: scale }),
    ...annotated(annotationsOfProperty(each)),
  };
}

function entitySet(set: EntitySet, model: EntityModel): Members {
  const bindings = [...set.navigations.values()].map(({ name, to }) => [name, to] as const);
  return {
    $Collection: true,
    $Type: `${model.namespace}.${set.type}`,
    ...(bindings.length > 0 && { $NavigationPropertyBinding: Object.fromEntries(bindings) }),
    ...annotated(annotationsOfSet(set, model)),
  };
}

function annotated(annotations: readonly Annotation[]): Members {
  return Object.fromEntries(
    annotations.map(({ term, qualifier, value }) => [
      `@${term}${qualifier === undefined ? '' : `#${qualifier}`}`,
      written(value),
    ]),
  );
}

function written(value: AnnotationValue): Json {
  switch (value.of) {
    case 'text':
      return value.text;
    case 'truth':
      return value.truth;
    case 'number':
      return value.number;
    case 'property':
      return value.name;
    case 'enum':
      return value.member;
    case 'list':
      return value.values.map(written);
    case 'record':
      return Object.fromEntries(
        Object.entries(value.values).map(([name, each]) => [name, written(each)]),
      );
  }
}
