import type { Property } from '../model/entityModel';
import type { Expression } from '../syntax/expression';
import type { Derivation } from './condition';

/** The functions that test a text, and hold or do not. */
export const TESTS = ['contains', 'startswith', 'endswith'] as const;
type TextTest = (typeof TESTS)[number];

/** The functions of a property whose value is compared: of which types, and what comes of them. */
export const DERIVATIONS: Readonly<
  Record<Derivation, { readonly of: readonly string[]; readonly type: Property['type'] }>
> = {
  tolower: { of: ['Edm.String'], type: 'Edm.String' },
  toupper: { of: ['Edm.String'], type: 'Edm.String' },
  year: { of: ['Edm.Date', 'Edm.DateTimeOffset'], type: 'Edm.Int32' },
  month: { of: ['Edm.Date', 'Edm.DateTimeOffset'], type: 'Edm.Int32' },
  day: { of: ['Edm.Date', 'Edm.DateTimeOffset'], type: 'Edm.Int32' },
  date: { of: ['Edm.DateTimeOffset'], type: 'Edm.Date' },
};

/** Functions of OData that this service leaves out. */
export const LEFT_OUT = new Set(
  `concat indexof length substring trim hassubset hassubsequence matchesPattern hour minute second
   fractionalseconds totalseconds time totaloffsetminutes mindatetime maxdatetime now round floor
   ceiling cast isof case geo`.split(/\s+/),
);

/** Whether an expression is one that holds or does not, and no value. */
export function holds(expression: Expression): boolean {
  if (expression.kind === 'call') return TESTS.some((test: TextTest) => test === expression.name);
  return ['and', 'or', 'not', 'compare', 'in', 'any'].includes(expression.kind);
}

/** A text in other letters, such as tolower('ТОО'), is a text. */
export function folded(expression: Expression): Expression {
  if (expression.kind !== 'call' || expression.of.length !== 1) return expression;
  const [inner] = expression.of;
  if (inner?.kind !== 'literal' || inner.literal.of !== 'string') return expression;
  const { value } = inner.literal;
  if (expression.name === 'tolower') return textLiteral(value.toLowerCase());
  return expression.name === 'toupper' ? textLiteral(value.toUpperCase()) : expression;
}

function textLiteral(value: string): Expression {
  return { kind: 'literal', literal: { of: 'string', value } };
}

export function textIn(expression: Expression): string | undefined {
  const text = folded(expression);
  return text.kind === 'literal' && text.literal.of === 'string' ? text.literal.value : undefined;
}
