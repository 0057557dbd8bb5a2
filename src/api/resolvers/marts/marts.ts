import type { IResolvers } from '@graphql-tools/utils';
import { companyLinkOf, entityNamed, hasCertificate, isMart, servesRows } from '../../model/lookup';
import type { Mart, Model, Table } from '../../model/mart';
import { rowId } from '../../model/rowId';
import type { Row } from '../../query/pages/page';
import { certificate } from './certificate';
import { Connections, rowPages } from './connection';
import { companyByBinOf, companyOf, participationOf, reportOf } from './entity';
import { groupFields, groupPages, groupsOf } from './groups';
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
        id: idOf(company),
        ...binFields(company),
        ...connections.from(company),
      },
      Participant: {
        ...binFields(participant),
        id: idOf(participant),
        company: companyOf,
        ...connections.from(participant),
      },
      Report: { ...grainFields(report), ...binFields(report), ...connections.from(report) },
    },
    ...tables.filter(servesRows).map(({ name }) => ({
      [`${name}Connection`]: rowPages.page,
      [`${name}Edge`]: rowPages.edge,
    })),
    ...model.marts.map(martTypes),
  ) as IResolvers;
}

function rootFields(table: Table, connections: Connections): [string, unknown][] {
  const rows: [string, unknown] = [table.rootField, connections.ofTable(table)];
  return [
    ...(servesRows(table) ? [rows] : []),
    ...(isMart(table) ? [[`${table.rootField}Groups`, groupsOf(table)] as [string, unknown]] : []),
  ];
}

/** What of a mart's types is no column. */
function martTypes(mart: Mart): object {
  const { name, grain, defects, rows } = mart;
  return {
    ...(rows && {
      [name]: {
        ...grainFields(mart),
        ...(grain.periods && { report: reportOf }),
        ...(defects && { missing: missingOf(mart) }),
      },
    }),
    [`${name}Group`]: groupFields(mart),
    [`${name}GroupConnection`]: groupPages.page,
    [`${name}GroupEdge`]: groupPages.edge,
  };
}

/** What is no column of the fields that a row has by its grain. */
function grainFields(table: Table): object {
  const company = companyLinkOf(table);
  return {
    id: idOf(table),
    ...(hasCertificate(table) && { certificate, participation: participationOf }),
    ...(company && { company: company.by === 'id' ? companyOf : companyByBinOf(company.field) }),
  };
}

function idOf(table: Table) {
  return (row: Row) => rowId(table, row);
}
