import type { IResolvers } from '@graphql-tools/utils';
import { entityNamed, isMart } from '../../model/lookup';
import type { Mart, Model, Table } from '../../model/mart';
import type { Row } from '../../query/pages/page';
import { certificate } from './certificate';
import { Connections, edgeFields, pageFields } from './connection';
import { companyOf, participationOf, reportOf } from './entity';
import { groupEdgeFields, groupFields, groupPageFields, groupsOf } from './groups';
import { missingOf } from './missing';
import { binFields } from './shownBins';

/** The resolvers of all tables, made from the model: a mart that is added has them too. */
export function tableResolvers(model: Model): IResolvers {
  const tables: readonly Table[] = [...model.marts, ...model.entities];
  const connections = new Connections();
  const company = entityNamed(model, 'Company');
  const participant = entityNamed(model, 'Participant');
  const report = entityNamed(model, 'Report');
  return Object.assign(
    {
      Query: Object.fromEntries(tables.flatMap((table) => rootFields(table, connections))),
      Company: {
        id: (row: Row) => String(row['companyId']),
        ...binFields(company),
        ...connections.from(company),
      },
      Participant: {
        ...binFields(participant),
        id: rowId(participant),
        company: companyOf,
        ...connections.from(participant),
      },
      Report: { ...reportFields(report), ...binFields(report), ...connections.from(report) },
    },
    ...tables.map(({ name }) => ({
      [`${name}Connection`]: pageFields,
      [`${name}Edge`]: edgeFields,
    })),
    ...model.marts.map(martTypes),
  ) as IResolvers;
}

function rootFields(table: Table, connections: Connections): [string, unknown][] {
  const rows: [string, unknown] = [table.rootField, connections.ofTable(table)];
  return isMart(table) ? [rows, [`${table.rootField}Groups`, groupsOf(table)]] : [rows];
}

/** What of a mart's types is no column. */
function martTypes(mart: Mart): object {
  const { name } = mart;
  return {
    [name]: { ...reportFields(mart), report: reportOf, missing: missingOf(mart) },
    [`${name}Group`]: groupFields,
    [`${name}GroupConnection`]: groupPageFields,
    [`${name}GroupEdge`]: groupEdgeFields,
  };
}

/** What of the fields of `ReportRow` is no column. */
function reportFields(table: Table): object {
  return { id: rowId(table), certificate, company: companyOf, participation: participationOf };
}

/** Financing:123. */
function rowId({ name, key }: Table) {
  return (row: Row) => [name, ...key.map((field) => String(row[field]))].join(':');
}
