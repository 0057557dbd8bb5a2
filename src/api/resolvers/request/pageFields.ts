/** What every page of a list has. */
interface ListPage {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Its cursor is of another data version; absent of records, which belong to none. */
  readonly dataVersionChanged?: boolean;
}

/** Of a page what `PageInfo` shows: a cursor is written where it is asked for. */
export interface ShownPageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly dataVersionChanged: boolean;
  startCursor(): string | null;
  endCursor(): string | null;
}

/** A node in its place on a page. */
export interface PageEdge<Page, Node> {
  readonly node: Node;
  readonly page: Page;
}

/** The resolvers of a connection's and an edge's type, by the Relay cursor specification, `totalCount` apart. */
export function pageFields<Page extends ListPage, Node>(
  nodesOf: (page: Page) => readonly Node[],
  cursorOf: (page: Page, node: Node) => string,
) {
  const cursorAt = (page: Page, index: number): string | null => {
    const node = nodesOf(page).at(index);
    return node === undefined ? null : cursorOf(page, node);
  };
  return {
    page: {
      nodes: nodesOf,
      edges: (page: Page): PageEdge<Page, Node>[] => nodesOf(page).map((node) => ({ node, page })),
      pageInfo: (page: Page): ShownPageInfo => ({
        hasNextPage: page.hasNextPage,
        hasPreviousPage: page.hasPreviousPage,
        dataVersionChanged: page.dataVersionChanged ?? false,
        startCursor: () => cursorAt(page, 0),
        endCursor: () => cursorAt(page, -1),
      }),
    },
    edge: {
      node: ({ node }: PageEdge<Page, Node>) => node,
      cursor: ({ node, page }: PageEdge<Page, Node>) => cursorOf(page, node),
    },
  };
}
