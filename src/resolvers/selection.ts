import type { GraphQLResolveInfo } from 'graphql';
import { parseResolveInfo, type ResolveTree } from 'graphql-parse-resolve-info';

/**
 * What is asked for below a field: fragments are opened, @skip and @include are honoured, and a field
 * that is asked for twice, under an alias or through an interface, is one.
 */
export class Selection {
  private constructor(private readonly trees: readonly ResolveTree[]) {}

  static below(info: GraphQLResolveInfo): Selection {
    const tree = parseResolveInfo(info);
    return new Selection(isTree(tree) ? [tree] : []);
  }

  names(): ReadonlySet<string> {
    return new Set(this.fields().map(({ name }) => name));
  }

  has(...names: readonly string[]): boolean {
    const asked = this.names();
    return names.some((name) => asked.has(name));
  }

  under(name: string): Selection {
    return new Selection(this.fields().filter((field) => field.name === name));
  }

  and(other: Selection): Selection {
    return new Selection([...this.trees, ...other.trees]);
  }

  /**
   * How many values each row comes to: what is below a connection is counted where its rows are read.
   */
  width(): number {
    return this.trees.reduce((width, tree) => width + widthOf(tree), 0);
  }

  private fields(): ResolveTree[] {
    return this.trees.flatMap(({ fieldsByTypeName }) =>
      Object.values(fieldsByTypeName).flatMap((fields) => Object.values(fields)),
    );
  }
}

function widthOf({ fieldsByTypeName }: ResolveTree): number {
  let width = 0;
  for (const [type, fields] of Object.entries(fieldsByTypeName)) {
    if (type.endsWith('Connection')) continue;
    for (const field of Object.values(fields)) width += 1 + widthOf(field);
  }
  return width;
}

function isTree(parsed: ReturnType<typeof parseResolveInfo>): parsed is ResolveTree {
  return typeof parsed === 'object' && parsed !== null && typeof parsed['name'] === 'string';
}
