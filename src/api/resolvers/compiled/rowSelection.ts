import { getNamedType, type FieldNode, type GraphQLSchema } from 'graphql';
import { companyLinkOf, entityNamed, hasCertificate, isMart, yearOfMask } from '../../model/lookup';
import type { Link, Model, Table } from '../../model/mart';
import { storedTexts } from '../../model/storedText';
import { CERTIFICATE_PARTS, type CertificatePart } from '../../query/columns/certificate';
import {
  NotAsJson,
  type JsonBelow,
  type JsonCertificatePart,
  type JsonEdgeField,
  type JsonField,
  type JsonPageField,
} from '../../query/text/jsonFields';
import type { QueryContext } from '../../query/columns/context';
import { maskedColumn } from '../../query/columns/operand';
import { AskedFields, note, type AskedField, type Asking } from './askedFields';

/** What the fields of a row's type that lead to one other row go by, beside the model's links. */
const ENTITIES: Readonly<Record<string, { readonly name: string; readonly by: string }>> = {
  company: { name: 'Company', by: 'companyId' },
  participation: { name: 'Participant', by: 'serviceRequestId' },
  report: { name: 'Report', by: 'reportId' },
};

/**
 * Reads what a document asks of rows, by the very rules by which graphql-js collects fields. Throws
 * NotAsJson for all that the database does not answer as text.
 */
export class RowSelection extends AskedFields {
  /** Under which keys lists of rows show BINs, with where that is asked for. */
  private readonly bins = new Map<string, Set<FieldNode>>();
  /** A row that several rows lead to shows one. */
  sharedBins = false;
  /** The marts and entities that are asked for. */
  readonly tables = new Set<Table>();

  constructor(
    schema: GraphQLSchema,
    private readonly model: Model,
    asking: Asking,
  ) {
    super(schema, asking);
  }

  /**
   * Keys under which an answer shows BINs of rows, and nothing else: so many as there are under them are
   * so many rows. Throws NotAsJson where that is not so.
   */
  get binKeys(): readonly string[] {
    for (const [key, nodes] of this.bins) {
      if (this.placesOf(key) !== nodes.size) {
        throw new NotAsJson(`${key} is a BIN in one place and something else in another.`);
      }
    }
    return [...this.bins.keys()];
  }

  /** The fields of a row that stands in a list, or that several rows share. */
  ofRow(table: Table, field: AskedField, inList = true): JsonField[] {
    this.tables.add(table);
    const fields = this.below(field);
    if (fields.filter(({ name }) => this.isBin(table, name)).length > 1) {
      throw new NotAsJson('A row that shows its BIN several times is one row that shows it.');
    }
    return fields.map((each) => this.ofRowField(table, each, inList));
  }

  private ofRowField(table: Table, field: AskedField, inList: boolean): JsonField {
    const { key, name, nodes, definition } = field;
    if (name === '__typename') return { key, of: 'constant', json: `"${table.name}"` };
    if (name === 'id') return { key, of: 'id' };
    if (name === 'certificate' && hasCertificate(table)) {
      return { key, of: 'certificate', parts: this.below(field).map(certificatePart) };
    }
    const link = table.links.find((each) => each.field === name);
    if (link) return this.ofLink(link, field);
    const entity = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (entity?.by === 'companyId' && companyLinkOf(table)?.by === 'bin') {
      throw new NotAsJson(`${table.name} leads to its company by a BIN.`);
    }
    if (entity) return { key, of: 'row', below: this.ofEntity(entity, field) };

    const columns = [...table.dimensions, ...(isMart(table) ? table.measures : [])];
    if (this.isBin(table, name)) {
      if (inList) note(this.bins, key, nodes);
      else this.sharedBins = true;
    }
    const known =
      columns.some((column) => column.field === name) || maskedColumn(table, name) !== undefined;
    if (!known) throw new NotAsJson(`${table.name}.${name} is no column.`);
    const texts = storedTexts(definition.type);
    return { key, of: 'value', field: name, ...(texts && { texts }) };
  }

  /** Whether the field shows BINs as they are. */
  private isBin(table: Table, name: string): boolean {
    return (
      showsBins(table, this.asking.context) &&
      table.dimensions.some(({ field, masked }) => masked && field === name)
    );
  }

  private ofLink(link: Link, field: AskedField): JsonField {
    this.tables.add(link.to);
    const by = link.by.map((each) => ({ here: each, above: each }));
    if (link.one) {
      const fields = this.ofRow(link.to, field, false);
      return { key: field.key, of: 'row', below: { table: link.to, by, request: {}, fields } };
    }
    const entries = this.below(field);
    const { list, edge } = listOf(entries, this);
    const fields = list ? this.ofRow(link.to, list) : [];
    const page = entries.map((entry): JsonPageField => {
      if (entry.name === '__typename') return typename(entry, `${link.to.name}Connection`);
      if (entry.name === 'nodes') return { key: entry.key, of: 'nodes' };
      if (entry.name === 'edges') return { key: entry.key, of: 'edges', edge: edge ?? [] };
      throw new NotAsJson(`${entry.name} of a linked page is not read as JSON.`);
    });
    const request = this.argumentsOf(field);
    return { key: field.key, of: 'page', page, below: { table: link.to, by, request, fields } };
  }

  private ofEntity({ name, by }: { name: string; by: string }, field: AskedField): JsonBelow {
    const table = entityNamed(this.model, name);
    const [here, ...others] = table.key;
    if (here === undefined || others.length > 0) throw new NotAsJson(`${name} has several keys.`);
    const fields = this.ofRow(table, field, false);
    return { table, by: [{ here, above: by }], request: {}, fields };
  }
}

/** Whether the caller sees some of a table's BINs as they are. */
export function showsBins(table: Table, { viewer, binMask }: QueryContext): boolean {
  if (viewer.rights.has('bin:read')) return true;
  return binMask.fromYear > 0 && yearOfMask(table) !== undefined;
}

/** The one list of rows that is asked of a page, by itself or within edges. */
export function listOf(
  entries: readonly AskedField[],
  selection: RowSelection,
): { readonly list: AskedField | undefined; readonly edge: readonly JsonEdgeField[] | undefined } {
  const lists = entries.filter(({ name }) => name === 'nodes' || name === 'edges');
  if (lists.length > 1) throw new NotAsJson('A page is asked for its rows in two forms.');
  const [list] = lists;
  if (list?.name !== 'edges') return { list, edge: undefined };
  const edges = selection.below(list);
  const nodes = edges.filter(({ name }) => name === 'node');
  if (nodes.length > 1) throw new NotAsJson('An edge is asked for its row in two forms.');
  const type = getNamedType(list.definition.type);
  return {
    list: nodes[0],
    edge: edges.map((entry): JsonEdgeField => {
      if (entry.name === 'node') return { key: entry.key, of: 'node' };
      if (entry.name === 'cursor') return { key: entry.key, of: 'cursor' };
      if (entry.name === '__typename') return typename(entry, String(type));
      throw new NotAsJson(`${entry.name} of an edge is not read as JSON.`);
    }),
  };
}

export function typename({ key }: AskedField, type: string) {
  return { key, of: 'constant', json: `"${type}"` } as const;
}

function certificatePart(field: AskedField): JsonCertificatePart {
  const { key, name } = field;
  if (name === '__typename') return typename(field, 'Certificate');
  if (!isCertificatePart(name)) throw new NotAsJson(`Certificate.${name} is not read as JSON.`);
  return { key, of: 'part', part: name };
}

function isCertificatePart(name: string): name is CertificatePart {
  return Object.hasOwn(CERTIFICATE_PARTS, name);
}
