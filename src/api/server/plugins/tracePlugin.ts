import type { ApolloServerPlugin } from '@apollo/server';
import { withoutValues } from '../../../ground/database/quotedValues';
import { currentSpan } from '../../../ground/tracing/spans';

/**
 * Names the span of a request by its operation. A caller may call it what it likes, so what looks like a
 * value is left out; of the document there is its hash, and of the variables nothing.
 */
export const tracePlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, operationName, queryHash }) {
        const span = currentSpan();
        const type = operation?.operation;
        const name = operationName === null ? undefined : withoutValues(operationName);
        span.tell({
          'graphql.operation.type': type,
          'graphql.operation.name': name,
          'graphql.document.hash': queryHash,
        });
        span.name([type, name].filter(Boolean).join(' '));
      },
    };
  },
};
