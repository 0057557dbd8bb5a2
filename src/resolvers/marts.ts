import type { IResolvers } from '@graphql-tools/utils';
import { entityNamed, isMart } from '../model/lookup';
import type { Mart, Model, Table } from '../model/mart';
import type { Row } from '../query/page';
import { certificate } from './certificate';
import { companyFields, companyOf } from './company';
import { connectionOf, edgeFields, pageFields } from './connection';
import { groupEdgeFields, groupFields, groupPageFields, groupsOf } from './groups';

/** The resolvers of all tables, made from the model: a mart that is added has them too. */
export function tableResolvers(model: Model): IResolvers {
  const tables: readonly Table[] = [...model.marts, ...model.entities];
  return Object.assign(
    {
      Query: Object.fromEntries(tables.flatMap(rootFields)),
      Company: companyFields(model),
      Participant: { id: rowId(entityNamed(model, 'Participant')), company: companyOf },
    },
    ...tables.map(({ name }) => ({
      [`${name}Connection`]: pageFields,
      [`${name}Edge`]: edgeFields,
    })),
    ...model.marts.map(martTypes),
  ) as IResolvers;
}

function rootFields(table: Table): [string, unknown][] {
  const rows: [string, unknown] = [table.rootField, connectionOf(table)];
  return isMart(table) ? [rows, [`${table.rootField}Groups`, groupsOf(table)]] : [rows];
}

/** What of a mart's types is no column. */
function martTypes(mart: Mart): object {
  const { name } = mart;
  return {
    [name]: { id: rowId(mart), certificate, company: companyOf },
    [`${name}Group`]: groupFields,
    [`${name}GroupConnection`]: groupPageFields,
    [`${name}GroupEdge`]: groupEdgeFields,
  };
}

/** Financing:123. */
function rowId({ name, key }: Table) {
  return (row: Row) => [name, ...key.map((field) => String(row[field]))].join(':');
}
