/** What is said of a part of the model, for both forms of CSDL. */
export interface Annotation {
  /** With its namespace's alias, such as Core.Description. */
  readonly term: string;
  readonly qualifier?: string;
  readonly value: AnnotationValue;
}

export type AnnotationValue =
  | { readonly of: 'text'; readonly text: string }
  | { readonly of: 'truth'; readonly truth: boolean }
  | { readonly of: 'number'; readonly number: number }
  /** A property of what is annotated, or of its rows. */
  | { readonly of: 'property'; readonly name: string }
  | { readonly of: 'enum'; readonly type: string; readonly member: string }
  | { readonly of: 'list'; readonly values: readonly AnnotationValue[] }
  | { readonly of: 'record'; readonly values: Readonly<Record<string, AnnotationValue>> };

export const text = (value: string): AnnotationValue => ({ of: 'text', text: value });
export const truth = (value: boolean): AnnotationValue => ({ of: 'truth', truth: value });
export const number = (value: number): AnnotationValue => ({ of: 'number', number: value });
export const property = (name: string): AnnotationValue => ({ of: 'property', name });
export const member = (type: string, name: string): AnnotationValue => ({
  of: 'enum',
  type,
  member: name,
});
export const list = (values: readonly AnnotationValue[]): AnnotationValue => ({
  of: 'list',
  values,
});
export const record = (values: Readonly<Record<string, AnnotationValue>>): AnnotationValue => ({
  of: 'record',
  values,
});

/** The vocabularies of OASIS, by the aliases under which their terms are written here. */
export const VOCABULARIES: Readonly<Record<string, string>> = {
  Core: 'Org.OData.Core.V1',
  Capabilities: 'Org.OData.Capabilities.V1',
  Aggregation: 'Org.OData.Aggregation.V1',
  Measures: 'Org.OData.Measures.V1',
  Validation: 'Org.OData.Validation.V1',
};

export function vocabularyUri(namespace: string, ending: 'xml' | 'json'): string {
  return `https://oasis-tcs.github.io/odata-vocabularies/vocabularies/${namespace}.${ending}`;
}
