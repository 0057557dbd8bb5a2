import { groupDimensions } from '../../model/groupDimensions';
import type { TimeStep } from '../../model/grain';
import { hasCertificate } from '../../model/lookup';
import type { Mart } from '../../model/mart';
import { BadInput } from '../values/badInput';
import { givenList } from '../values/givenObject';
import { certificateOperand, operandsOf, type Operand } from '../columns/operand';

/** A dimension by which rows are grouped. */
export interface GroupKey {
  /** As the caller names it, e.g. REPORT_TYPE. */
  readonly name: string;
  /** Its field in a group's key, e.g. reportType. */
  readonly field: string;
  /** Its column in the statement. */
  readonly alias: string;
  readonly operand: Operand;
}

const MAX_KEYS = 10;

/** Reads `by`: names of dimensions, each once. */
export function readGroupKeys(mart: Mart, given: unknown): GroupKey[] {
  const names = givenList(given, 'by');
  if (names.length > MAX_KEYS) {
    throw new BadInput(
      `by has ${String(names.length)} dimensions; expected at most ${String(MAX_KEYS)}.`,
    );
  }
  const dimensions = groupableOf(mart);
  return names.map((given, index) => {
    const name = String(given);
    const dimension = dimensions.get(name);
    if (!dimension) {
      const known = [...dimensions.keys()].join(', ');
      throw new BadInput(`by[${String(index)}] is ${name}; expected one of ${known}.`);
    }
    if (names.indexOf(given) !== index) {
      throw new BadInput(`by has ${name} twice; expected each dimension once.`);
    }
    return { name, alias: `key_${String(index)}`, ...dimension };
  });
}

/** The key by which each group is of one year; undefined where the groups are of no year. */
export function yearAmong(keys: readonly GroupKey[]): GroupKey | undefined {
  return keys.find(({ operand: { ofTime, place } }) => ofTime && place.of === 'column');
}

/** The steps of time among the keys. */
export function stepsAmong(keys: readonly GroupKey[]): readonly (readonly [GroupKey, TimeStep])[] {
  return keys.flatMap((key) =>
    key.operand.place.of === 'step' ? [[key, key.operand.place.step] as const] : [],
  );
}

/** Every dimension of the mart, and the certificate as it is resolved. */
function groupableOf(mart: Mart): ReadonlyMap<string, Pick<GroupKey, 'field' | 'operand'>> {
  const groupable = new Map<string, Pick<GroupKey, 'field' | 'operand'>>();
  for (const { field, groupName, groupField } of groupDimensions(mart)) {
    const operand = operandsOf(mart).get(field);
    if (operand) groupable.set(groupName, { field: groupField, operand });
  }
  if (!hasCertificate(mart)) return groupable;
  groupable.set('CERTIFICATE', { field: 'certificate', operand: certificateOperand('number') });
  groupable.set('CERTIFICATE_SOURCE', {
    field: 'certificateSource',
    operand: certificateOperand('source'),
  });
  return groupable;
}
