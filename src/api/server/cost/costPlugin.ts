import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues } from 'graphql';
import { answerError } from '../../resolvers/request/errors';
import type { AnswerContext } from '../plugins/answerPlugin';
import { sentences } from '../basis/sentences';
import type { Pricing } from './price';

/** Says in each answer what it could have cost, and refuses before reading what could cost too much. */
export function costPlugin(pricing: Pricing, most: number): ApolloServerPlugin<AnswerContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          if (!operation) return;
          const given = getVariableValues(
            schema,
            operation.variableDefinitions ?? [],
            request.variables ?? {},
          );
          // The execution says what is wrong with them.
          if (!given.coerced) return;
          const { viewer } = contextValue;
          const { cost, values } = pricing.of(document, operation, given.coerced, viewer);
          contextValue.notes.cost = cost;
          if (values > most) throw answerError('BAD_USER_INPUT', sentences.tooMuch(values, most));
          if (cost > most) throw answerError('BAD_USER_INPUT', sentences.tooCostly(cost, most));
        },
        async willSendResponse({ response, contextValue: { notes } }) {
          if (response.body?.kind !== 'single' || notes.cost === undefined) return;
          const result = response.body.singleResult;
          result.extensions = { ...result.extensions, cost: { requested: notes.cost, most } };
        },
      };
    },
  };
}
