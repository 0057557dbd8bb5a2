import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import type { Viewer } from '../../access/viewer';
import { answerError } from '../../resolvers/request/errors';
import type { AnswerContext } from './answerPlugin';
import { sentences } from '../basis/sentences';
import type { IntrospectionRule } from '../basis/settings';

/** Whether the schema may be read by who asks: never by a key that has its documents already. */
export function mayIntrospect(rule: IntrospectionRule, viewer: Viewer | null): boolean {
  if (!viewer || viewer.trustedOnly === true || rule === 'none') return false;
  return rule === 'all' || viewer.rights.has(rule);
}

/** Refuses questions about the schema, and tells nothing of it in errors, where it may not be read. */
export function introspectionPlugin(rule: IntrospectionRule): ApolloServerPlugin<AnswerContext> {
  return {
    async requestDidStart({ contextValue: { viewer } }) {
      if (mayIntrospect(rule, viewer)) return {};
      return {
        async didResolveOperation({ document }) {
          if (!asksForSchema(document)) return;
          throw answerError('FORBIDDEN', sentences.noIntrospection);
        },
        async willSendResponse({ response: { body } }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return;
          body.singleResult.errors = body.singleResult.errors.map(withoutSuggestion);
        },
      };
    },
  };
}

/** An error as a caller gets it who may not read the schema. */
export function withoutSuggestion<Error extends Pick<GraphQLFormattedError, 'message'>>(
  error: Error,
): Error {
  return { ...error, message: withoutNames(error.message) };
}

/**
 * Names that exist are suggested, listed, or used in an example, in the place of ones that do not: a sentence
 * without them.
 */
export function withoutNames(sentence: string): string {
  return sentence
    .replace(/ Did you mean [^?]*\?/g, '')
    .replace(LISTED, '; expected one that the schema has.')
    .replace(/,? such as [[{].*\.$/, '.');
}

/**
 * A list of one name too, but not "one of them", "one of the two", "one of the type Int!"; parameters of an
 * address are not the schema's.
 */
const LISTED =
  /(?<!^The parameter .*); expected (?:one|some) of (?!the )(?!them\.$)[\w.]+(?:, [\w.]+)*(?: with .*)?\.$/;

/** Documents are parsed once and kept, so that each is judged once too. */
const judged = new WeakMap<DocumentNode, boolean>();

function asksForSchema(document: DocumentNode): boolean {
  const known = judged.get(document);
  if (known !== undefined) return known;
  const asks = document.definitions.some(
    (node) =>
      (node.kind === Kind.OPERATION_DEFINITION || node.kind === Kind.FRAGMENT_DEFINITION) &&
      hasSchemaField(node.selectionSet.selections),
  );
  judged.set(document, asks);
  return asks;
}

type Selections = Extract<
  DocumentNode['definitions'][number],
  { kind: Kind.OPERATION_DEFINITION }
>['selectionSet']['selections'];

/** They stand at the root, within fragments or not. */
function hasSchemaField(selections: Selections): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return ['__schema', '__type'].includes(selection.name.value);
    return selection.kind === Kind.INLINE_FRAGMENT
      ? hasSchemaField(selection.selectionSet.selections)
      : false;
  });
}
