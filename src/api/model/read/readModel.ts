import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { directivesOf, type Directives } from './directives';
import type { DefectSource, Grain } from '../grain';
import type { CertificateField, Dimension, Link, Mart, Measure, Model, Table } from '../mart';
import { checkMartFit } from './martFit';
import { readMartRules } from './martRules';
import type { Label } from '../label';
import { linksOf } from '../links';
import { ModelError } from './modelError';
import { camelCase, snakeCase } from '../names';
import { readDimension, readMeasure, type ColumnReading } from './readColumn';
import { readEnums } from './readEnums';
import { readGrains, type ReadGrain } from './readGrains';
import { readLabel } from './readLabel';

/** Reads the marts and entities that the document declares. Throws ModelError with all that is wrong. */
export function readModel(document: DocumentNode): Model {
  const complaints: string[] = [];
  const model = new ModelReading(document, (sentence) => complaints.push(sentence)).read();
  // What marts share is read with each of them, and wrong only once.
  if (complaints.length > 0) throw new ModelError([...new Set(complaints)]);
  return model;
}

class ModelReading {
  readonly directives: Directives;
  private readonly enums: ReadonlySet<string>;
  private readonly types: readonly ObjectTypeDefinitionNode[];
  private readonly links = new Map<string, Link[]>();
  private readonly grains: ReadonlyMap<string, ReadGrain>;

  constructor(
    private readonly document: DocumentNode,
    readonly complain: (sentence: string) => void,
  ) {
    this.directives = directivesOf(document);
    const { definitions } = document;
    this.types = definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);
    this.enums = new Set(
      definitions
        .filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)
        .map((node) => node.name.value),
    );
    this.grains = readGrains(document, this);
  }

  read(): Model {
    const marts = this.types.flatMap((node) => this.readMart(node) ?? []);
    const entities = this.types.flatMap((node) => this.readEntity(node) ?? []);
    this.checkRootFields([...marts, ...entities]);
    const certificate = this.readCertificate();
    const grains = [...this.grains.values()].map(({ grain }) => grain);
    const model = { grains, marts, entities, certificate, enums: readEnums(this.document, this) };
    // Links lead from table to table, and so can be made only when all tables are there.
    for (const [name, links] of linksOf(model)) this.linksFrom(name).push(...links);
    return model;
  }

  private linksFrom(name: string): Link[] {
    const links = this.links.get(name) ?? [];
    this.links.set(name, links);
    return links;
  }

  private readMart(node: ObjectTypeDefinitionNode): Mart | undefined {
    const said = this.directives.mart(node);
    if (!said) return undefined;
    const name = node.name.value;
    const of = this.grains.get(said.grain);
    if (!of) {
      const known = [...this.grains.keys()].join(', ');
      this.complain(`${name} is of the grain ${said.grain}; expected one of ${known}.`);
      return undefined;
    }
    const { grain } = of;
    const declared = [...of.dimensions, ...this.columnsOf(node, readDimension)];
    const measures = this.columnsOf(node, readMeasure);
    this.checkPolicies(node);
    const key = said.rows ? said.key : [];
    this.checkColumns(name, key, declared, measures);
    const mart = { name, said, grain, dimensions: declared, measures };
    const rules = readMartRules(mart, this.complain);
    checkMartFit(mart, this.complain);
    const table = `gold.${snakeCase(name)}`;
    return {
      name,
      rootField: camelCase(name),
      table,
      key,
      grain,
      dimensions: declared.map((dimension) =>
        dimension.step ? { ...dimension, column: rules.time?.column ?? '' } : dimension,
      ),
      measures,
      rows: said.rows,
      ...rules,
      links: this.linksFrom(name),
      reportTable: said.reports === undefined ? table : this.reportTable(name, said.reports),
      description: node.description?.value ?? '',
      label: this.label(node),
    };
  }

  private readEntity(node: ObjectTypeDefinitionNode): Table | undefined {
    const said = this.directives.entity(node);
    if (!said) return undefined;
    const name = node.name.value;
    const of = [...this.grains.values()].find(({ grain }) =>
      (node.interfaces ?? []).some(({ name }) => name.value === grain.fields),
    );
    if (of?.grain.inTime) {
      this.complain(`${name} is an entity of the grain ${of.grain.name}; expected a mart.`);
    }
    const dimensions = [...(of?.dimensions ?? []), ...this.columnsOf(node, readDimension)];
    this.checkColumns(name, said.key, dimensions, []);
    return {
      name,
      ...said,
      dimensions,
      grain: of?.grain,
      defects: this.defectsOf(name, said, of?.grain),
      links: this.linksFrom(name),
      description: node.description?.value ?? '',
      label: this.label(node),
    };
  }

  private defectsOf(
    name: string,
    { key, defects: source }: { readonly key: readonly string[]; readonly defects?: string },
    grain: Grain | undefined,
  ): DefectSource | undefined {
    if (source === undefined) return grain?.defects;
    const [by, ...others] = key;
    if (grain?.defects) {
      this.complain(`${name} names a source of defects; its grain has one itself.`);
    } else if (by === undefined || others.length > 0) {
      this.complain(`${name} names a source of defects; expected a key of one field for its keys.`);
    } else return { source, by };
    return undefined;
  }

  private label(node: ObjectTypeDefinitionNode): Label {
    return readLabel(node, node.name.value, this);
  }

  private readCertificate(): CertificateField[] {
    const type = this.types.find(({ name }) => name.value === 'Certificate');
    return (type?.fields ?? []).map((node) => ({
      field: node.name.value,
      description: node.description?.value ?? '',
      label: readLabel(node, `Certificate.${node.name.value}`, this),
    }));
  }

  dimensionsOf(node: InterfaceTypeDefinitionNode): Dimension[] {
    return this.columnsOf(node, readDimension);
  }

  private columnsOf<Read>(
    node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
    read: (field: FieldDefinitionNode, reading: ColumnReading) => Read | undefined,
  ): Read[] {
    const { directives, enums, complain } = this;
    const reading = { directives, enums, typeName: node.name.value, complain };
    return (node.fields ?? []).flatMap((field) => read(field, reading) ?? []);
  }

  /** Closed by default: what is no column is added by `extend type`, and has a resolver. */
  private checkPolicies(node: ObjectTypeDefinitionNode): void {
    for (const field of node.fields ?? []) {
      const dimension = this.directives.dimension(field) !== undefined;
      const measure = this.directives.measure(field) !== undefined;
      if (this.directives.dimension(field)?.step) {
        const where = `${node.name.value}.${field.name.value}`;
        this.complain(`${where} is a step of time; expected it in the interface of a grain.`);
      }
      if (dimension !== measure) continue;
      const bears = dimension ? 'both @dimension and @measure' : 'neither @dimension nor @measure';
      this.complain(`${node.name.value}.${field.name.value} bears ${bears}; expected one of them.`);
    }
  }

  private checkColumns(
    name: string,
    key: readonly string[],
    dimensions: readonly Dimension[],
    measures: readonly Measure[],
  ): void {
    const fields = [...dimensions, ...measures].map(({ field }) => field);
    for (const field of fields.filter((field, index) => fields.indexOf(field) < index)) {
      this.complain(`${name}.${field} is declared twice; expected once.`);
    }
    for (const field of key) {
      const column = dimensions.find((dimension) => dimension.field === field);
      if (column && !column.nullable && !column.list && !column.masked) continue;
      this.complain(`The key of ${name} names ${field}; expected a dimension that is never null.`);
    }
  }

  private reportTable(name: string, reports: string): string {
    const other = this.types.find((node) => node.name.value === reports);
    if (!other || !this.directives.mart(other)) {
      this.complain(`${name} names ${reports} as the mart of its reports; expected a mart.`);
    }
    return `gold.${snakeCase(reports)}`;
  }

  private checkRootFields(tables: readonly Table[]): void {
    const names = tables.map(({ rootField }) => rootField);
    for (const name of names.filter((name, index) => names.indexOf(name) < index)) {
      this.complain(`The root field ${name} is declared twice; expected once.`);
    }
  }
}
