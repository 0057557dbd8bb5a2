import fc from 'fast-check';
import {
  Kind,
  parse,
  print,
  visit,
  type FieldNode,
  type InlineFragmentNode,
  type SelectionNode,
} from 'graphql';

/** A document with the variables that it needs. */
export interface VariedQuestion {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The variables by which selections are left out: one that holds, one that does not. */
const VARIABLES = { yes: true, no: false } as const;

/**
 * The same question in other words: with aliases, fields that stand twice, `__typename`, fragments, and
 * selections that directives leave out or in.
 */
export function varied(questions: fc.Arbitrary<string>): fc.Arbitrary<VariedQuestion> {
  const choices = fc.array(fc.nat(19), { minLength: 40, maxLength: 40 });
  return fc.tuple(questions, choices).map(([question, drawn]) => vary(question, drawn));
}

function vary(question: string, choices: readonly number[]): VariedQuestion {
  let turn = 0;
  const choice = () => choices[(turn += 1) % choices.length] ?? 0;
  const document = visit(parse(question), {
    SelectionSet: {
      leave: (node) => ({
        ...node,
        selections: node.selections.flatMap((selection) => variants(selection, choice())),
      }),
    },
  });
  const text = print(document);
  const used = Object.keys(VARIABLES).filter((name) => text.includes(`$${name}`));
  const declared = used.map((name) => `$${name}: Boolean!`).join(', ');
  return {
    query: declared === '' ? text : withVariables(text, declared),
    variables: Object.fromEntries(
      used.map((name) => [name, VARIABLES[name as keyof typeof VARIABLES]]),
    ),
  };
}

function variants(selection: SelectionNode, choice: number): SelectionNode[] {
  if (selection.kind !== Kind.FIELD) return [selection];
  switch (choice) {
    case 0:
      return [{ ...selection, alias: name(`${responseKey(selection)}_`) }];
    case 1:
      return [selection, selection];
    case 2:
      return [selection, field('__typename')];
    case 3:
      return [within([selection, field('__typename')])];
    case 4:
      return [within([within([selection])])];
    case 5:
      return [directed(selection, 'include', 'yes'), field('__typename')];
    case 6:
      return [directed(selection, 'include', 'no'), field('__typename')];
    case 7:
      return [directed(selection, 'skip', 'no')];
    case 8:
      return [directed(within([selection]), 'skip', 'yes'), field('__typename')];
    case 9:
      return [field('__typename'), within([selection]), selection];
    default:
      return [selection];
  }
}

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
const field = (value: string): FieldNode => ({ kind: Kind.FIELD, name: name(value) });
const responseKey = (node: FieldNode) => (node.alias ?? node.name).value;

function within(selections: readonly SelectionNode[]): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections] },
  };
}

function directed<Node extends FieldNode | InlineFragmentNode>(
  node: Node,
  directive: 'skip' | 'include',
  variable: keyof typeof VARIABLES,
): Node {
  const condition = {
    kind: Kind.ARGUMENT,
    name: name('if'),
    value: { kind: Kind.VARIABLE, name: name(variable) },
  } as const;
  const said = { kind: Kind.DIRECTIVE, name: name(directive), arguments: [condition] } as const;
  return { ...node, directives: [said] };
}

function withVariables(text: string, declared: string): string {
  const head = /^query \(/.exec(text);
  return head ? text.replace('query (', `query (${declared}, `) : `query (${declared}) ${text}`;
}
