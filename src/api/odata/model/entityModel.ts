/** What the service serves, as plain data: whoever tells it another model has it serve that one. */

export type EdmType =
  'Edm.Int32' | 'Edm.String' | 'Edm.Boolean' | 'Edm.Decimal' | 'Edm.Date' | 'Edm.DateTimeOffset';

/** The same text in the languages that there are; English is the one that needs no qualifier. */
export interface Caption {
  readonly kk: string;
  readonly ru: string;
  readonly en: string;
}

/** How the values of rows may be added up; `total` goes by the measure's own rule. */
export const METHODS = ['total', 'sum', 'min', 'max', 'average'] as const;
export type Method = (typeof METHODS)[number];

export interface PropertyMeasure {
  /** How its total is formed, in a sentence. */
  readonly rule: Caption;
  readonly methods: readonly Method[];
  /** By ISO 4217. */
  readonly currency?: string;
}

export interface Property {
  readonly name: string;
  readonly type: EdmType;
  /** A list of such values. */
  readonly collection: boolean;
  readonly nullable: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly maxLength?: number;
  readonly caption: Caption;
  readonly description: string;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly groupable: boolean;
  /** It is added up, by rules of its own: its total is no sum of rows. */
  readonly measure?: PropertyMeasure;
  /** All values that a text may have; undefined where any text may stand. */
  readonly values?: readonly { readonly value: string; readonly caption: Caption }[];
}

/** A way from a row to rows of another set, by properties that are equal under the same names. */
export interface Navigation {
  readonly name: string;
  /** The name of the set. */
  readonly to: string;
  readonly many: boolean;
  readonly by: readonly string[];
}

export interface EntitySet {
  readonly name: string;
  /** The entity type, without its namespace. */
  readonly type: string;
  readonly key: readonly string[];
  readonly properties: ReadonlyMap<string, Property>;
  readonly navigations: ReadonlyMap<string, Navigation>;
  readonly caption: Caption;
  readonly description: string;
  /** Its rows are added up by $apply. */
  readonly grouped: boolean;
  /** Its rows are served; otherwise only its groups. */
  readonly rows: boolean;
}

export interface EntityModel {
  readonly namespace: string;
  readonly container: string;
  readonly sets: ReadonlyMap<string, EntitySet>;
}

/** The model without the sets that a caller is not to know of, and without the ways to them. */
export function modelOfSets(model: EntityModel, isKnown: (set: string) => boolean): EntityModel {
  const known = [...model.sets.values()].filter(({ name }) => isKnown(name));
  if (known.length === model.sets.size) return model;
  const sets = known.map((set) => {
    const navigations = [...set.navigations].filter(([, { to }]) => isKnown(to));
    return [set.name, { ...set, navigations: new Map(navigations) }] as const;
  });
  return { ...model, sets: new Map(sets) };
}
