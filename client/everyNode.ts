/** As much of a connection as is needed to go on to its next page. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/**
 * The nodes of all pages, one after the other; a page is read when its first node is wanted.
 * `readPage` reads the page after a cursor, the first one after null.
 */
export async function* everyNode<Node>(
  readPage: (after: string | null) => Promise<Page<Node>>,
): AsyncGenerator<Node, void, undefined> {
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo }: Page<Node> = await readPage(after);
    yield* nodes;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}
