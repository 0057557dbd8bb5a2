import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import pg from 'pg';
import * as statements from './statements.mjs';

/** The product's own schema with resolvers written by hand, for the questions that are asked here. */
const typeDefs = readFileSync(new URL('../../schema.generated.graphql', import.meta.url), 'utf8');

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

async function rowsOf(name, text, values) {
  const { rows } = await pool.query({ name, text, values });
  return rows;
}

const ofCompanies = `${statements.rowsOfCompany}, company_id as "companyId"
  from gold.financing where company_id = any($1) order by report_id`;

/** What a request keeps to itself: rows of several companies are read by one statement. */
export function createContext() {
  const financing = new DataLoader(async (ids) => {
    const rows = await rowsOf('ofCompanies', ofCompanies, [ids]);
    const byCompany = Map.groupBy?.(rows, ({ companyId }) => companyId) ?? grouped(rows);
    return ids.map((id) => byCompany.get(id) ?? []);
  });
  return { financing };
}

function grouped(rows) {
  const byCompany = new Map();
  for (const row of rows) {
    const known = byCompany.get(row.companyId);
    if (known) known.push(row);
    else byCompany.set(row.companyId, [row]);
  }
  return byCompany;
}

async function financing(_, { filter }) {
  const from = filter.reportId.gt;
  const nodes = filter.year
    ? await rowsOf('yearPage', statements.yearPage, [filter.year.eq, from])
    : await rowsOf('page', statements.page, [from]);
  return { nodes };
}

async function generalIndicatorsGroups(_, { by, filter, first }) {
  const ofPeriods = by.includes('REPORT_TYPE');
  const name = ofPeriods ? 'groups' : 'totals';
  const rows = await rowsOf(name, statements[name], [filter.year.gte, first]);
  const nodes = rows.map(({ year, reportType, rows: count, companies, ...values }) => ({
    key: { year, reportType },
    rows: count,
    companies,
    ...(ofPeriods ? { sum: values } : { total: values }),
  }));
  return { nodes };
}

export const schema = makeExecutableSchema({
  typeDefs,
  resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  resolvers: {
    Query: {
      financing,
      generalIndicatorsGroups,
      companies: async (_, { filter }) => ({
        nodes: await rowsOf('companies', statements.companies, [filter.companyId.gt]),
      }),
    },
    Company: {
      financing: async ({ companyId }, _, context) => ({
        nodes: await context.financing.load(companyId),
      }),
    },
  },
});
