import { binIsClear, binMasked, binSeenBy, type BinPlace } from '../../access/bins/bin';
import { identifier, joined, nothing, sql, type Sql } from '../../../ground/database/sql';
import { yearOfMask } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { certificateExpressions, certificateJoins, type CertificatePart } from './certificate';
import type { Sight } from './context';
import type { Operand, StepPlace } from './operand';
import { periodStart } from './loadingTimes';
import { scopeConditions } from './scope';
import { aStepLater, dayOf, stepOf } from './timeSteps';

/**
 * The rows that a statement reads, as `m`: those alone that are there for the caller. It remembers whether an expression needed the register,
 * and joins it only then: so make all expressions first, and ask for `from` last.
 */
export class Source {
  private certificateNeeded = false;
  private readonly inScope: readonly Sql[];

  constructor(
    private readonly table: Table,
    private readonly sight: Sight,
    /** Another table with the same columns, where not the table's own rows are meant. */
    private readonly tableName = table.table,
  ) {
    this.inScope = scopeConditions(table, sight.viewer.scope, () => this.certificate('number'));
  }

  /** One that has all that was needed of this one so far, for a statement of its own. */
  again(): Source {
    const source = new Source(this.table, this.sight, this.tableName);
    source.certificateNeeded = this.certificateNeeded;
    return source;
  }

  /** The one expression of an operand, wherever in the statement it stands. */
  expression({ place }: Operand): Sql {
    if (place.of === 'bin') return binSeenBy(...this.binIn(place.column));
    if (place.of === 'column') return this.column(place.column);
    if (place.of === 'step') return this.step(place);
    if (place.of === 'periodStart') return periodStart(place.periods);
    return this.certificate(place.part);
  }

  private step({ step, time, later }: StepPlace): Sql {
    const day = dayOf(time.type, this.column(time.column));
    return stepOf(step, later ? aStepLater(later, day) : day);
  }

  certificate(part: CertificatePart): Sql {
    this.certificateNeeded = true;
    return certificateExpressions[part];
  }

  column(column: string): Sql {
    return identifier(`m.${column}`);
  }

  /** Whether what the viewer sees of the BIN in this column is a pseudonym. */
  masked(column: string): Sql {
    return binMasked(...this.binIn(column));
  }

  /** Whether the viewer sees the BIN in this column as it is. */
  clear(column: string): Sql {
    return binIsClear(...this.binIn(column));
  }

  from(): Sql {
    return sql`${identifier(this.tableName)} as m${this.certificateNeeded ? certificateJoins : nothing}`;
  }

  /** The conditions, and those of the caller's scope, as a WHERE clause. */
  where(...conditions: readonly Sql[]): Sql {
    const all = [...this.inScope, ...conditions];
    return all.length === 0 ? nothing : sql`where ${joined(all, ' and ')}`;
  }

  private binIn(column: string): [Sight['viewer'], Sight['binMask'], BinPlace] {
    const year = yearOfMask(this.table);
    return [this.sight.viewer, this.sight.binMask, { alias: 'm', column, year }];
  }
}
