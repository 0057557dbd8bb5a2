import fc from 'fast-check';
import {
  Kind,
  getOperationAST,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type SelectionSetNode,
} from 'graphql';
import { loadModel } from '../../../../src/api/model/read/loadModel';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { Pricing } from '../../../../src/api/server/cost/price';
import type { Price } from '../../../../src/api/server/cost/priceReading';
import { CURSOR, questions } from '../../../support/asking/questions';
import { scalarsAbout } from '../../../support/asking/scalarsAbout';

const model = loadModel();
const schema = createSchema(model);
const pricing = new Pricing({ schema, model, sizes: () => 30_000, withholds: true });
const question = questions(schema, { scalars: scalarsAbout(['a', 'b']) });
const read = (text: string) => parse(text, { noLocation: true });

function priceOf(asked: DocumentNode): Price {
  const operation = getOperationAST(asked);
  if (!operation) throw new Error('The document has no operation.');
  return pricing.of(asked, operation, { [CURSOR]: null }, null);
}

/** Ways of writing a selection that ask for nothing else. */
const WAYS = ['plain', 'inline', 'spread', 'spread twice', 'spread of a spread', 'halves'] as const;
type Way = (typeof WAYS)[number] | 'beside what is left out';

/** The same question, each of its selections written in the next of these ways. */
function rewritten(asked: DocumentNode, ways: readonly Way[]): DocumentNode {
  const types = new TypeInfo(schema);
  const fragments: string[] = [];
  let count = 0;
  const written = ({ selections }: SelectionSetNode, type: string): string => {
    const all = selections.map((selection) => print(selection)).join(' ');
    const way = ways[count % ways.length];
    count += 1;
    const name = `F${String(count)}`;
    switch (way) {
      case 'inline':
        return `{ ... on ${type} { ... { ${all} } } }`;
      case 'spread':
      case 'spread twice':
        fragments.push(`fragment ${name} on ${type} { ${all} }`);
        return way === 'spread' ? `{ ...${name} }` : `{ ...${name} ...${name} }`;
      case 'spread of a spread':
        fragments.push(`fragment ${name} on ${type} { ${all} }`);
        fragments.push(`fragment ${name}x on ${type} { ...${name} ... { ...${name} } }`);
        return `{ ...${name}x }`;
      case 'halves': {
        const half = Math.ceil(selections.length / 2);
        const [first, second] = [selections.slice(0, half), selections.slice(half - 1)].map(
          (part) => part.map((selection) => print(selection)).join(' '),
        );
        return `{ ${String(second)} ... on ${type} { ${String(first)} } }`;
      }
      case 'beside what is left out':
        fragments.push(`fragment ${name} on ${type} { ${all} }`);
        return `{ ...${name} ... @include(if: false) { ...${name} } ...${name} @skip(if: true) }`;
      default:
        return `{ ${all} }`;
    }
  };
  const changed = visit(
    asked,
    visitWithTypeInfo(types, {
      SelectionSet: {
        leave(node) {
          const type = types.getParentType();
          if (!type) throw new Error('A selection of no type.');
          const { definitions } = read(written(node, type.name));
          const [operation] = definitions;
          return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : node;
        },
      },
    }),
  );
  return read([print(changed), ...fragments].join('\n'));
}

test('however a question is written, in fragments, in parts or twice, it costs the same', () => {
  const ways = fc.array(fc.constantFrom<Way>(...WAYS, 'beside what is left out'), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(question, ways, (text, ofSelections) => {
      const asked = read(text);
      const other = rewritten(asked, ofSelections);
      expect(validate(schema, other).map(({ message }) => message)).toEqual([]);
      expect(priceOf(other)).toEqual(priceOf(asked));
    }),
    { numRuns: 300 },
  );
});

test('what is asked for together costs no less than each alone, and what is done for the request', () => {
  const request = priceOf(parse('{ __typename @skip(if: true) }')).cost;
  const several = fc.array(question, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(several, (texts) => {
      const roots = texts.flatMap(
        (text) => getOperationAST(read(text))?.selectionSet.selections ?? [],
      );
      const of = (asked: readonly string[]) =>
        priceOf(read(`query ($${CURSOR}: String) { ${asked.join(' ')} }`));
      const renamed = roots.map((root, index) =>
        print(root).replace(/^r\d+:/, `r${String(index)}:`),
      );
      const alone = renamed.map((root) => of([root]));
      const together = of(renamed);
      const sum = alone.reduce((all, { cost }) => all + cost - request, request);
      // Each is rounded up by itself.
      expect(together.cost).toBeGreaterThanOrEqual(sum - alone.length);
      expect(together.values).toBe(alone.reduce((all, { values }) => all + values, 0));
    }),
    { numRuns: 300 },
  );
});
