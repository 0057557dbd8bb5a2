import { GraphQLError } from 'graphql';
import { BadInput } from '../../query/values/badInput';
import { OutOfScope } from '../../query/columns/outOfScope';

/** The codes that this API's own errors bear; what has none leaves as an internal error. */
export type ErrorCode =
  'BAD_USER_INPUT' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'UNAVAILABLE' | 'RATE_LIMITED';

/** An error whose sentence is meant for the caller. */
export function answerError(code: ErrorCode, sentence: string): GraphQLError {
  return new GraphQLError(sentence, { extensions: { code } });
}

/** Does the work, and turns what the caller gave wrongly, or is not to see, into an error that tells so. */
export async function withCallersErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadInput) throw answerError('BAD_USER_INPUT', error.message);
    if (error instanceof OutOfScope) throw answerError('FORBIDDEN', error.message);
    throw error;
  }
}
