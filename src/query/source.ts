import { binMasked, binSeenBy, type BinPlace } from '../access/bin';
import { identifier, joined, nothing, sql, type Sql } from '../database/sql';
import type { Table } from '../model/mart';
import { certificateExpressions, certificateJoins } from './certificate';
import type { QueryContext } from './context';
import type { Operand } from './operand';

/**
 * The rows that a statement reads, as `m`. It remembers whether an expression needed the register,
 * and joins it only then: so make all expressions first, and ask for `from` last.
 */
export class Source {
  private certificateNeeded = false;

  constructor(
    private readonly table: Table,
    private readonly context: QueryContext,
    /** Another table with the same columns, where not the table's own rows are meant. */
    private readonly tableName = table.table,
  ) {}

  /** The one expression of an operand, wherever in the statement it stands. */
  expression({ place }: Operand): Sql {
    if (place.of === 'bin') return binSeenBy(...this.binIn(place.column));
    if (place.of === 'column') return this.column(place.column);
    this.certificateNeeded = true;
    return certificateExpressions[place.part];
  }

  column(column: string): Sql {
    return identifier(`m.${column}`);
  }

  /** Whether what the viewer sees of the BIN in this column is a pseudonym. */
  masked(column: string): Sql {
    return binMasked(...this.binIn(column));
  }

  from(): Sql {
    return sql`${identifier(this.tableName)} as m${this.certificateNeeded ? certificateJoins : nothing}`;
  }

  /** The conditions as a WHERE clause. */
  where(...conditions: readonly Sql[]): Sql {
    return conditions.length === 0 ? nothing : sql`where ${joined(conditions, ' and ')}`;
  }

  private binIn(column: string): [QueryContext['viewer'], number, BinPlace] {
    const hasYear = this.table.dimensions.some((dimension) => dimension.column === 'year');
    return [this.context.viewer, this.context.maskBinFromYear, { alias: 'm', column, hasYear }];
  }
}
