import { hasCertificate } from '../../model/lookup';
import type { Link, Table } from '../../model/mart';
import { BadInput } from '../values/badInput';
import { CERTIFICATE_PARTS, type CertificatePart } from '../columns/certificate';
import type { Condition } from './condition';
import type { QueryContext } from '../columns/context';
import { FilterReading, type Comparisons } from './filterReading';
import { givenFields } from '../values/givenObject';
import { linkedTo } from './linkedTo';
import { operandNamed } from '../columns/loadingTimes';
import { certificateOperand, type Operand } from '../columns/operand';
import { isOutOfScope, OutOfScope } from '../columns/outOfScope';

/**
 * Reads a filter as GraphQL gives it; none at all matches every row. Throws BadInput, and OutOfScope where
 * it looks into a mart that the caller is not to see.
 */
export function readFilter(table: Table, given: unknown, context: QueryContext): Condition {
  if (given === undefined || given === null) return { kind: 'and', of: [] };
  return new RowFilterReading(table, context).read(given, 'filter');
}

class RowFilterReading extends FilterReading<Operand> {
  constructor(
    private readonly table: Table,
    private readonly context: QueryContext,
    comparisons?: Comparisons,
  ) {
    super(comparisons);
  }

  protected override readField(
    name: string,
    given: unknown,
    where: string,
    depth: number,
  ): Condition {
    if (name === 'certificate' && hasCertificate(this.table))
      return this.readCertificate(given, where);
    const operand = operandNamed(this.table, name);
    if (operand) return this.readOperators(operand, given, where);
    const link = this.table.links.find(({ field }) => field === name);
    if (link) return this.readLink(link, given, where, depth);
    throw new BadInput(`${where} is not a field that ${this.table.name} has.`);
  }

  private readCertificate(given: unknown, where: string): Condition {
    const parts = givenFields(given, where).map(([name, operators]) => {
      if (!isCertificatePart(name)) {
        const known = Object.keys(CERTIFICATE_PARTS).join(', ');
        throw new BadInput(`${where}.${name} is unknown; expected one of ${known}.`);
      }
      return this.readOperators(certificateOperand(name), operators, `${where}.${name}`);
    });
    return { kind: 'and', of: parts };
  }

  /** `{some: …}` holds where a linked row matches, `{none: …}` where none does. */
  private readLink(link: Link, given: unknown, where: string, depth: number): Condition {
    // As a direct read of the mart: none of its rows being there would be an answer, and a wrong one.
    if (isOutOfScope(this.context.viewer.scope, link.to)) throw new OutOfScope(link.to);
    const parts = givenFields(given, where).map(([name, filter]): Condition => {
      if (name !== 'some' && name !== 'none') {
        throw new BadInput(`${where}.${name} is unknown; expected some or none.`);
      }
      const reading = new RowFilterReading(link.to, this.context, this.comparisons);
      const condition = reading.read(filter, `${where}.${name}`, depth + 1);
      const linked = linkedTo(this.table, link, condition, this.context);
      return name === 'some' ? linked : { kind: 'not', of: linked };
    });
    return { kind: 'and', of: parts };
  }
}

function isCertificatePart(name: string): name is CertificatePart {
  return Object.hasOwn(CERTIFICATE_PARTS, name);
}
