import type { Table } from '../model/mart';
import { BadInput } from './badInput';
import { CERTIFICATE_PARTS, type CertificatePart } from './certificate';
import { readComparison } from './comparison';
import type { Condition } from './condition';
import { givenFields, givenList } from './givenObject';
import { certificateOperand, operandsOf, type Operand } from './operand';

/** How deep `and`, `or` and `not` may stand in one another, and how many comparisons in all. */
const DEEPEST = 10;
const MOST_COMPARISONS = 500;

/** Reads a filter as GraphQL gives it; none at all matches every row. */
export function readFilter(table: Table, given: unknown): Condition {
  if (given === undefined || given === null) return { kind: 'and', of: [] };
  return new FilterReading(table).read(given, 'filter', 0);
}

class FilterReading {
  private comparisons = 0;

  constructor(private readonly table: Table) {}

  read(given: unknown, where: string, depth: number): Condition {
    if (depth > DEEPEST) {
      throw new BadInput(
        `The filter nests and, or and not deeper than ${String(DEEPEST)} levels; expected at most so many.`,
      );
    }
    const parts = givenFields(given, where).map(([name, value]) =>
      this.readField(name, value, `${where}.${name}`, depth),
    );
    return { kind: 'and', of: parts };
  }

  private readField(name: string, given: unknown, where: string, depth: number): Condition {
    if (name === 'not') return { kind: 'not', of: this.read(given, where, depth + 1) };
    if (name === 'and' || name === 'or') {
      const filters = givenList(given, where);
      if (filters.length === 0) {
        throw new BadInput(`${where} is an empty list; expected at least one filter.`);
      }
      const parts = filters.map((filter, index) =>
        this.read(filter, `${where}[${String(index)}]`, depth + 1),
      );
      return { kind: name, of: parts };
    }
    if (name === 'certificate' && this.table.ofReports) return this.readCertificate(given, where);
    const operand = operandsOf(this.table).get(name);
    if (!operand) throw new BadInput(`${where} is not a field that ${this.table.name} has.`);
    return this.readOperators(operand, given, where);
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

  private readOperators(operand: Operand, given: unknown, where: string): Condition {
    const tests = givenFields(given, where).map(([operator, value]): Condition => {
      this.comparisons += 1;
      if (this.comparisons > MOST_COMPARISONS) {
        throw new BadInput(
          `The filter has more than ${String(MOST_COMPARISONS)} comparisons; expected at most so many, and in for lists of values.`,
        );
      }
      const comparison = readComparison(operand, operator, value, `${where}.${operator}`);
      return { kind: 'test', operand, comparison };
    });
    return { kind: 'and', of: tests };
  }
}

function isCertificatePart(name: string): name is CertificatePart {
  return Object.hasOwn(CERTIFICATE_PARTS, name);
}
