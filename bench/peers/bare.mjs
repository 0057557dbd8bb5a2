import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import pg from 'pg';
import * as statements from './statements.mjs';

/**
 * The limit of whatever asks PostgreSQL: bare node:http, one prepared statement a question, whose
 * answer's text is made by PostgreSQL and passed on as it is. It knows nothing of GraphQL.
 */
const list = (rows) => `coalesce((select json_agg(row_to_json(t)) from (${rows}) as t), '[]')`;
const sums = `json_build_object('incomeTotal', t."incomeTotal", 'exportIncome', t."exportIncome",
  'totalFunding', t."totalFunding", 'taxSaved', t."taxSaved")`;
const nodes = (field, node, rows) =>
  `select json_build_object('data', json_build_object('${field}', json_build_object('nodes',
     coalesce(json_agg(${node}), '[]'))))::text as answer from (${rows}) as t`;

const groups = nodes(
  'generalIndicatorsGroups',
  `json_build_object('key', json_build_object('year', t.year, 'reportType', t."reportType"),
     'rows', t.rows, 'sum', ${sums})`,
  statements.groups,
);
const years = [2021, 2022, 2023, 2024, 2025];

const questions = {
  Page: {
    text: nodes('financing', 'row_to_json(t)', statements.page),
    values: ({ from }) => [from],
  },
  Groups: { text: groups, values: ({ year, first }) => [year, first] },
  Totals: {
    text: nodes(
      'generalIndicatorsGroups',
      `json_build_object('key', json_build_object('year', t.year), 'rows', t.rows,
         'companies', t.companies, 'total', ${sums})`,
      statements.totals,
    ),
    values: ({ year, first }) => [year, first],
  },
  Nested: {
    text: nodes(
      'companies',
      `json_build_object('id', t.id, 'name', t.name, 'financing', json_build_object('nodes',
         ${list(`${statements.rowsOfCompany} from gold.financing where company_id = t."companyId" order by report_id`)}))`,
      statements.companies,
    ),
    values: ({ from }) => [from],
  },
  Rows: {
    text: `select json_build_object('data', json_build_object(${years
      .map(
        (year) => `'y${year}', json_build_object('nodes',
          ${list(statements.yearPage.replace('$1', String(year)).replace('$2', '$1'))})`,
      )
      .join(', ')}))::text as answer`,
    values: ({ from }) => [from],
  },
};

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { operationName, variables } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const { text, values } = questions[operationName];
  const { rows } = await pool.query({ name: operationName, text, values: values(variables) });
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(rows[0].answer),
  });
  response.end(rows[0].answer);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    response.writeHead(500).end(String(error));
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
