import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { DescribedField, DescribedTable } from './describedTable';
import { hasCertificate, isMart } from './lookup';
import type { CertificateField, Dimension, EnumValue, Measure, Model, Table } from './mart';
import { screamingSnake } from './names';

/**
 * The tables of a model as their clients meet them. What can be asked of a field is read from the
 * schema that is served: it is what the API takes.
 */
export function describe(
  model: Model,
  tables: readonly Table[],
  schema: GraphQLSchema,
): DescribedTable[] {
  return tables.map((table) => new TableDescription(model, table, schema).read());
}

/** The certificate's fields that rows are grouped by, and their names there. */
const CERTIFICATE_GROUPS: Readonly<Record<string, string>> = {
  number: 'certificate',
  source: 'certificateSource',
};

class TableDescription {
  constructor(
    private readonly model: Model,
    private readonly table: Table,
    private readonly schema: GraphQLSchema,
  ) {}

  read(): DescribedTable {
    const { table, model } = this;
    const isAddedUp = isMart(table);
    return {
      table,
      groups: isAddedUp ? `${table.rootField}Groups` : undefined,
      fields: [
        ...table.dimensions.map((column) => this.dimension(column)),
        ...(isAddedUp ? table.measures.map((column) => this.measure(column)) : []),
        ...(hasCertificate(table) ? model.certificate.map((field) => this.certificate(field)) : []),
      ],
    };
  }

  private dimension(column: Dimension): DescribedField {
    const { field, label, description, masked, groupField } = column;
    const asked = this.asked([field], screamingSnake(field), groupField);
    return { ...asked, label, description, masked, measure: undefined };
  }

  private measure(measure: Measure): DescribedField {
    const { field, label, description, kind, unit, sources, combined } = measure;
    const asked = this.asked([field], screamingSnake(field), undefined);
    const described = {
      kind,
      kindExplanation: this.enumValue('MeasureKind', kind)?.explanation,
      unit,
      unitLabel: this.enumValue('MeasureUnit', unit)?.label,
      sources,
      combined: sources.length > 1 ? combined : undefined,
    };
    return { ...asked, label, description, masked: false, measure: described };
  }

  private enumValue(enumName: string, value: string): EnumValue | undefined {
    return this.model.enums.get(enumName)?.find((each) => each.value === value);
  }

  private certificate({ field, label, description }: CertificateField): DescribedField {
    const key = CERTIFICATE_GROUPS[field];
    const asked = this.asked(['certificate', field], screamingSnake(key ?? ''), key);
    return { ...asked, label, description, masked: false, measure: undefined };
  }

  /** What of a field the schema tells. */
  private asked(
    path: readonly string[],
    order: string,
    groupKey: string | undefined,
  ): Omit<DescribedField, 'label' | 'description' | 'masked' | 'measure'> {
    const { name } = this.table;
    const types = this.typesAlong(name, path);
    const by = groupKey === undefined ? '' : screamingSnake(groupKey);
    return {
      name: path.join('.'),
      type: String(types.at(-1)),
      nullable: !types.every(isNonNullType),
      filterOperators: this.operators(path),
      orderBy: this.hasValue(`${name}OrderField`, order) ? order : undefined,
      group:
        groupKey !== undefined && this.hasValue(`${name}Dimension`, by)
          ? { by, key: groupKey }
          : undefined,
      values: this.model.enums.get(getNamedType(types.at(-1))?.name ?? ''),
    };
  }

  private operators(path: readonly string[]): readonly string[] {
    const condition = getNamedType(this.typesAlong(`${this.table.name}Filter`, path).at(-1));
    return isInputObjectType(condition) ? Object.keys(condition.getFields()) : [];
  }

  /** The type of each field that the path goes through, from a type on; fewer where it leads nowhere. */
  private typesAlong(
    typeName: string,
    path: readonly string[],
  ): (GraphQLInputType | GraphQLOutputType)[] {
    const [field, ...deeper] = path;
    const type = this.schema.getType(typeName);
    const fields = isObjectType(type) || isInputObjectType(type) ? type.getFields() : {};
    const found = field === undefined ? undefined : fields[field]?.type;
    return found ? [found, ...this.typesAlong(getNamedType(found).name, deeper)] : [];
  }

  private hasValue(enumName: string, value: string): boolean {
    const type = this.schema.getType(enumName);
    return isEnumType(type) && type.getValue(value) !== undefined;
  }
}
