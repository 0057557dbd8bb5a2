import { buildSchema } from 'graphql';
import { Pricing } from '../../../../src/api/server/cost/price';
import { PreparedDocuments } from '../../../../src/api/server/answers/preparedDocuments';

const schema = buildSchema('type Query { one(of: [Int!]): Int }');
const pricing = new Pricing({ schema, model: undefined, sizes: () => 0, withholds: false });
const asked = (query: string) => ({ query, operationName: undefined, variables: {} });
const long = (number: number) => `{ one } # ${'x'.repeat(8_000)} ${String(number)}`;

test('a document is prepared once, for as long as there is room', () => {
  const documents = new PreparedDocuments(schema, pricing);
  const first = documents.of(asked('{ one }'));
  expect(first?.operation.operation).toBe('query');
  for (let number = 0; number < 40; number += 1) documents.of(asked(long(number)));
  expect(documents.of(asked('{ one }'))).toBe(first);
});

test('long documents make each other go, whoever sends however many', () => {
  const documents = new PreparedDocuments(schema, pricing);
  const all = Array.from({ length: 400 }, (_, number) => documents.of(asked(long(number))));
  const kept = all.filter((each, number) => documents.of(asked(long(number))) === each);
  // Asking for the first ones anew has made the last ones go: none is left of more than there is room for.
  expect(kept).toHaveLength(0);
  const last = documents.of(asked(long(399)));
  expect(documents.of(asked(long(399)))).toBe(last);
});

test('of short documents there are never more than a thousand, valid or not', () => {
  const documents = new PreparedDocuments(schema, pricing);
  const first = documents.of(asked('{ one }'));
  for (let number = 0; number < 500; number += 1) {
    expect(documents.of(asked(`{ none${String(number)} }`))).toBeNull();
  }
  expect(documents.of(asked('{ one }'))).toBe(first);
  for (let number = 0; number < 1_024; number += 1) documents.of(asked(`{ n${String(number)} }`));
  expect(documents.of(asked('{ one }'))).not.toBe(first);
});

test('what is kept of a document does not know where its parts stood, which takes most of the memory', () => {
  const prepared = new PreparedDocuments(schema, pricing).of(asked('{ one }'));
  expect(prepared?.document.loc).toBeUndefined();
  expect(prepared?.operation.selectionSet.loc).toBeUndefined();
});
