import { createClient, NetworkError, type ExecutionResult, type RequestParams } from 'graphql-sse';
import { getOperationAST, parse } from 'graphql';

/** Whether the request subscribes, so that its answer is a stream. */
export function isSubscription(query: string, operationName: string | null | undefined): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    // The API says what is wrong with it.
    return false;
  }
}

/** The events of a subscription, by the key of this page: a header, as of any other request. */
export function subscribe(
  key: string,
  request: RequestParams,
): AsyncIterableIterator<ExecutionResult> {
  const client = createClient({
    url: './graphql',
    headers: { authorization: `Bearer ${key}` },
    // What is refused is to be read at once.
    retryAttempts: 0,
  });
  const events = client.iterate(request);
  return {
    // GraphiQL asks for it once to read, and once more to stop.
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      try {
        return (await events.next()) as IteratorResult<ExecutionResult>;
      } catch (error) {
        const refusal = await refusalIn(error);
        if (!refusal) throw error;
        return { done: false, value: refusal };
      }
    },
    async return() {
      await events.return?.();
      client.dispose();
      return { done: true, value: undefined };
    },
  };
}

/** What the API answered in the place of a stream. */
async function refusalIn(error: unknown): Promise<ExecutionResult | undefined> {
  if (!(error instanceof NetworkError)) return undefined;
  const { response } = error as NetworkError<Response>;
  if (!response || response.bodyUsed) return undefined;
  return (await response.json().catch(() => undefined)) as ExecutionResult | undefined;
}
