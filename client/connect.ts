// The ending lets projects of ES modules take this file as it stands.
import type { TypedDocumentString } from './generated/operations.js';

export interface Connection {
  /** Such as https://techorda.example/graphql. */
  readonly url: string;
  /** A key or a token. */
  readonly key: string;
  /** Instead of the global one: behind a proxy, in a test. */
  readonly fetch?: typeof fetch;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
}

/** Variables may be left out where none is required. */
type Given<Variables> = object extends Variables
  ? [variables?: Variables, options?: AskOptions]
  : [variables: Variables, options?: AskOptions];

export interface Techorda {
  /**
   * Sends an operation and gives its data. Throws TechordaError where the answer has errors, or is
   * none; what `fetch` throws where nobody answers.
   */
  ask<Result, Variables>(
    operation: TypedDocumentString<Result, Variables>,
    ...given: Given<Variables>
  ): Promise<Result>;
}

/** An error of an answer: its code is one of those that docs/client.md lists. */
export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly code?: string };
}

export class TechordaError extends Error {
  override readonly name = 'TechordaError';

  constructor(
    /** The HTTP status. */
    readonly status: number,
    readonly errors: readonly AnsweredError[],
  ) {
    super(errors.map(({ message }) => message).join('\n') || `The server answered ${status}.`);
  }

  /** The code of the first error, such as FORBIDDEN. */
  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly AnsweredError[];
}

/** A client of one server, for one caller. It keeps nothing open. */
export function connect({ url, key, fetch: send = fetch }: Connection): Techorda {
  return {
    async ask<Result, Variables>(
      operation: TypedDocumentString<Result, Variables>,
      ...[variables, { signal } = {}]: Given<Variables>
    ): Promise<Result> {
      const response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: operation.toString(), variables }),
        ...(signal && { signal }),
      });
      const answer = await answerOf<Result>(response);
      if (answer.errors || answer.data === undefined || answer.data === null) {
        throw new TechordaError(response.status, answer.errors ?? []);
      }
      return answer.data;
    },
  };
}

/** What stands in between may answer something else: that is no answer. */
async function answerOf<Result>(response: Response): Promise<Answer<Result>> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as Answer<Result> | null) ?? {};
  } catch {
    return {};
  }
}
