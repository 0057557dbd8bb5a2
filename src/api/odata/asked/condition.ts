import type { Comparator } from '../syntax/expression';

/** What is made of a property's value before it is compared. */
export type Derivation = 'tolower' | 'toupper' | 'year' | 'month' | 'day' | 'date';

/** Values as they are compared: numbers of more than 53 bits, days and moments as texts. */
export type Compared = string | number | boolean;

export type Test =
  | { readonly operator: Comparator; readonly value: Compared }
  | { readonly operator: 'contains' | 'startswith' | 'endswith'; readonly value: string }
  | { readonly operator: 'in'; readonly values: readonly Compared[] }
  | { readonly operator: 'null'; readonly holds: boolean }
  /** Of a list: one of the texts is among its elements, or it has any. */
  | { readonly operator: 'has'; readonly values: readonly string[] }
  | { readonly operator: 'any' };

/** A filter whose names and values are known to be sound. */
export type Condition =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'test';
      readonly property: string;
      readonly derivation?: Derivation;
      readonly test: Test;
    };
