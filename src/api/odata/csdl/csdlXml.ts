import type { EntityModel, EntitySet, Property } from '../model/entityModel';
import { VOCABULARIES, vocabularyUri, type Annotation, type AnnotationValue } from './annotation';
import {
  annotationsOfContainer,
  annotationsOfProperty,
  annotationsOfSet,
  annotationsOfType,
} from './annotationsOf';

/** The model as CSDL in XML, the form that every client of OData reads. */
export function csdlXml(model: EntityModel): string {
  const { namespace, container } = model;
  const sets = [...model.sets.values()];
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
    ...Object.entries(VOCABULARIES).map(
      ([alias, name]) =>
        `<edmx:Reference Uri="${vocabularyUri(name, 'xml')}"><edmx:Include Namespace="${name}" Alias="${alias}"/></edmx:Reference>`,
    ),
    '<edmx:DataServices>',
    `<Schema Namespace="${namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...sets.map((set) => entityType(set, model)),
    `<EntityContainer Name="${container}">`,
    ...sets.map((set) => entitySet(set, model)),
    ...annotationsOfContainer().map(annotation),
    '</EntityContainer>',
    '</Schema>',
    '</edmx:DataServices>',
    '</edmx:Edmx>',
    '',
  ].join('\n');
}

function entityType(set: EntitySet, { namespace, sets }: EntityModel): string {
  const ways = [...set.navigations.values()].map(({ name, to, many, by }) => {
    const type = `${namespace}.${sets.get(to)?.type ?? ''}`;
    const constraints = by.map(
      (each) => `<ReferentialConstraint Property="${each}" ReferencedProperty="${each}"/>`,
    );
    return many
      ? `<NavigationProperty Name="${name}" Type="Collection(${type})"/>`
      : `<NavigationProperty Name="${name}" Type="${type}" Nullable="true">${constraints.join('')}</NavigationProperty>`;
  });
  return [
    `<EntityType Name="${set.type}">`,
    `<Key>${set.key.map((name) => `<PropertyRef Name="${name}"/>`).join('')}</Key>`,
    ...[...set.properties.values()].map(property),
    ...ways,
    ...annotationsOfType(set).map(annotation),
    '</EntityType>',
  ].join('\n');
}

function property(each: Property): string {
  const { name, type, collection, nullable, precision, scale, maxLength } = each;
  const facets = [
    ['Nullable', nullable ? undefined : 'false'],
    ['MaxLength', maxLength],
    ['Precision', precision],
    ['Scale', scale],
  ].flatMap(([facet, value]) =>
    value === undefined ? [] : [` ${String(facet)}="${String(value)}"`],
  );
  const typeName = collection ? `Collection(${type})` : type;
  const annotations = annotationsOfProperty(each).map(annotation).join('');
  return `<Property Name="${name}" Type="${typeName}"${facets.join('')}>${annotations}</Property>`;
}

function entitySet(set: EntitySet, model: EntityModel): string {
  const bindings = [...set.navigations.values()].map(
    ({ name, to }) => `<NavigationPropertyBinding Path="${name}" Target="${to}"/>`,
  );
  return [
    `<EntitySet Name="${set.name}" EntityType="${model.namespace}.${set.type}">`,
    ...bindings,
    ...annotationsOfSet(set, model).map(annotation),
    '</EntitySet>',
  ].join('\n');
}

function annotation({ term, qualifier, value }: Annotation): string {
  const named = `Term="${term}"${qualifier === undefined ? '' : ` Qualifier="${qualifier}"`}`;
  const { attribute, element } = written(value);
  if (attribute !== undefined) return `<Annotation ${named} ${attribute}/>`;
  return `<Annotation ${named}>${element}</Annotation>`;
}

interface Written {
  readonly attribute?: string;
  readonly element: string;
}

/** A value as an attribute where it can be one, and as an element. */
function written(value: AnnotationValue): Written {
  switch (value.of) {
    case 'text':
      return {
        attribute: `String="${escaped(value.text)}"`,
        element: `<String>${escaped(value.text)}</String>`,
      };
    case 'truth':
      return {
        attribute: `Bool="${String(value.truth)}"`,
        element: `<Bool>${String(value.truth)}</Bool>`,
      };
    case 'number':
      return {
        attribute: `Int="${String(value.number)}"`,
        element: `<Int>${String(value.number)}</Int>`,
      };
    case 'property':
      return {
        attribute: `PropertyPath="${value.name}"`,
        element: `<PropertyPath>${value.name}</PropertyPath>`,
      };
    case 'enum': {
      const name = `${value.type}/${value.member}`;
      return { attribute: `EnumMember="${name}"`, element: `<EnumMember>${name}</EnumMember>` };
    }
    case 'list':
      return {
        element: `<Collection>${value.values.map((each) => written(each).element).join('')}</Collection>`,
      };
    case 'record':
      return {
        element: `<Record>${Object.entries(value.values).map(recordValue).join('')}</Record>`,
      };
  }
}

function recordValue([name, value]: [string, AnnotationValue]): string {
  const { attribute, element } = written(value);
  return attribute === undefined
    ? `<PropertyValue Property="${name}">${element}</PropertyValue>`
    : `<PropertyValue Property="${name}" ${attribute}/>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
