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

  private fields(): ResolveTree[] {
    return this.trees.flatMap(({ fieldsByTypeName }) =>
      Object.values(fieldsByTypeName).flatMap((fields) => Object.values(fields)),
    );
  }
}

function isTree(parsed: ReturnType<typeof parseResolveInfo>): parsed is ResolveTree {
  return typeof parsed === 'object' && parsed !== null && typeof parsed['name'] === 'string';
}
