import { identifier, sql, type Sql } from '../../../ground/database/sql';
import type { Periods } from '../../model/grain';
import { isMart } from '../../model/lookup';
import type { Table } from '../../model/mart';
import { operandsOf, type Operand } from './operand';

/**
 * The times by which a program that keeps a copy of a mart finds what to load again: when a row last changed, and the
 * first moment of its period. The schema does not offer them; a door for such programs does.
 */
export function loadingTimesOf(table: Table): readonly Operand[] {
  if (!isMart(table) || !table.rows) return [];
  const { periods } = table.grain;
  const changedAt = time('changedAt', { of: 'column', column: 'changed_at' }, false);
  return periods
    ? [time('periodStart', { of: 'periodStart', periods }, true), changedAt]
    : [changedAt];
}

/** An operand of a table, whether or not the schema offers it. */
export function operandNamed(table: Table, name: string): Operand | undefined {
  return operandsOf(table).get(name) ?? loadingTimesOf(table).find((each) => each.name === name);
}

/** In Kazakhstan, whose calendar reports go by; null of a year that no calendar has. */
export function periodStart({ year, period }: Periods): Sql {
  const years = identifier(`m.${year}`);
  return sql`case when ${years} between 1 and 9999 then make_timestamptz(${years},
    case ${identifier(`m.${period}`)} when 'quarter2' then 4 when 'quarter3' then 7 when 'quarter4' then 10 else 1 end,
    1, 0, 0, 0, 'Asia/Almaty') end`;
}

function time(name: string, place: Operand['place'], nullable: boolean): Operand {
  return { name, type: 'DateTime', list: false, nullable, ofItem: false, ofTime: false, place };
}
