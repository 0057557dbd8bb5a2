import type { ApolloServerPlugin } from '@apollo/server';
import { answerError } from '../../resolvers/request/errors';
import type { AnswerContext } from './answerPlugin';
import { wrongVariable } from '../values/wrongVariable';

/** Refuses a request by the first of its variables that is none of its type, however many are. */
export function variablesPlugin(): ApolloServerPlugin<AnswerContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, operation, request }) {
          const sentence = operation && wrongVariable(schema, operation, request.variables ?? {});
          if (sentence !== undefined) throw answerError('BAD_USER_INPUT', sentence);
        },
      };
    },
  };
}
