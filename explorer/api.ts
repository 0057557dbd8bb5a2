/** What the API answered, as far as the page reads it. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: {
    readonly dataVersion?: { readonly id: string; readonly publishedAt: string };
  };
}

/** Asks the API that served this page. */
export async function ask(
  key: string,
  request: { readonly query: string },
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const response = await fetch('./graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(request),
    cache: 'no-store',
  });
  return { status: response.status, answer: (await response.json()) as Answer };
}
