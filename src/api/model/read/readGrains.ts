import {
  Kind,
  type DirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
} from 'graphql';
import type { Directives, SaidOfGrain } from './directives';
import type { Grain, Periods } from '../grain';
import type { MeasureKind } from '../grain';
import type { Dimension } from '../mart';

/** A grain with the dimensions of its interface. */
export interface ReadGrain {
  readonly grain: Grain;
  readonly node: InterfaceTypeDefinitionNode;
  readonly dimensions: readonly Dimension[];
}

export interface GrainReading {
  readonly directives: Directives;
  complain(sentence: string): void;
  dimensionsOf(node: InterfaceTypeDefinitionNode): Dimension[];
}

/** Kinds whose totals choose among the periods of a year. */
const OF_PERIODS: readonly MeasureKind[] = ['CUMULATIVE', 'STOCK', 'FLOW'];

/** The grains that interfaces of the document bear, by their names. Complains of contradictions within a grain. */
export function readGrains(
  document: DocumentNode,
  reading: GrainReading,
): ReadonlyMap<string, ReadGrain> {
  const grains = new Map<string, ReadGrain>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const said = reading.directives.grain({ directives: directivesOf(node, document) });
    if (!said) continue;
    if (grains.has(said.name)) {
      reading.complain(`The grain ${said.name} is declared twice; expected once.`);
    }
    grains.set(said.name, new OneGrain(said, node, reading).read());
  }
  return grains;
}

/** An interface may bear @grain where it is defined, or where it is extended. */
function directivesOf(
  node: InterfaceTypeDefinitionNode,
  { definitions }: DocumentNode,
): readonly DirectiveNode[] {
  const extensions = definitions.filter(
    (other) => other.kind === Kind.INTERFACE_TYPE_EXTENSION && other.name.value === node.name.value,
  );
  return [node, ...extensions].flatMap((each) => ('directives' in each && each.directives) || []);
}

class OneGrain {
  private readonly dimensions: readonly Dimension[];

  constructor(
    private readonly said: SaidOfGrain,
    private readonly node: InterfaceTypeDefinitionNode,
    private readonly reading: GrainReading,
  ) {
    this.dimensions = reading.dimensionsOf(node);
  }

  read(): ReadGrain {
    const { said, node, dimensions } = this;
    const { name, kinds, key, maskedByYear } = said;
    const company = this.column('company');
    const periods = this.periods();
    for (const field of key) this.dimension('key', field);
    if (!periods && kinds.some((kind) => OF_PERIODS.includes(kind))) {
      const known = kinds.filter((kind) => OF_PERIODS.includes(kind)).join(', ');
      this.complain(`has measures of kind ${known}; expected year, period and superseded.`);
    }
    if (maskedByYear && !periods) this.complain('masks BINs by year; expected year.');
    for (const rule of ['certificate', 'periods'] as const) {
      const holds = rule === 'certificate' ? said.certificate !== undefined : periods !== undefined;
      if (holds && said.subject === undefined) {
        this.complain(
          `has ${rule === 'periods' ? 'periods' : 'a certificate'}; expected a subject.`,
        );
      }
    }
    return {
      node,
      dimensions,
      grain: {
        name,
        fields: node.name.value,
        kinds,
        key,
        subject: this.column('subject'),
        company:
          said.company !== undefined && company !== undefined
            ? { field: said.company, column: company, by: 'id' }
            : undefined,
        periods,
        certificate: this.column('certificate'),
        defects:
          said.defects !== undefined && said.defectsBy !== undefined
            ? { source: said.defects, by: said.defectsBy }
            : undefined,
        maskedByYear,
        inTime: dimensions.some(({ step }) => step !== undefined),
      },
    };
  }

  private periods(): Periods | undefined {
    const [year, period, superseded] = [
      this.column('year'),
      this.column('period'),
      this.column('superseded'),
    ];
    if (year !== undefined && period !== undefined && superseded !== undefined) {
      return { year, period, superseded };
    }
    if (year !== undefined || period !== undefined || superseded !== undefined) {
      this.complain('names some of year, period and superseded; expected all three or none.');
    }
    return undefined;
  }

  /** The column of the field that an argument names. */
  private column(
    argument: 'subject' | 'company' | 'year' | 'period' | 'superseded' | 'certificate',
  ): string | undefined {
    const field = this.said[argument];
    return field === undefined ? undefined : this.dimension(argument, field)?.column;
  }

  private dimension(argument: string, field: string): Dimension | undefined {
    const found = this.dimensions.find((dimension) => dimension.field === field);
    if (!found || found.step) {
      this.complain(
        `names ${field} as its ${argument}; expected a field of ${this.node.name.value} with a column.`,
      );
    }
    return found;
  }

  private complain(what: string): void {
    this.reading.complain(`The grain ${this.said.name} ${what}`);
  }
}
