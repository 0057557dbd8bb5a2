import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Right } from '../../src/api/access/viewer';
import { fillDemonstration } from '../../src/commands/preparing/fillDemonstration';
import { refresh } from '../../src/warehouse/refresh/run/refresh';
import { ask } from '../support/asking/ask';
import { createTestDatabase, type TestDatabase } from '../support/databases/database';
import { projectFolder } from '../../src/ground/projectFolder';

/** Each page, how many questions it answers, and the rights that they need. */
const PAGES = [
  ['questions.md', 10, ['marts:read']],
  ['quality.md', 5, ['quality:read', 'bin:read']],
] as const;
/** As `npm start` fills an empty database. */
const SCALE = 0.1;
/** A query, and below it the answer. */
const ASKED = /```graphql\n(.*?)```\n(?:\n```json\n(.*?)```\n)?/gs;

let warehouse: TestDatabase;

beforeAll(async () => {
  warehouse = await createTestDatabase();
  await fillDemonstration(warehouse.knex, SCALE, () => undefined);
  await refresh(warehouse.knex, { reason: 'test' });
});

afterAll(() => warehouse.drop());

async function answered(query: string, rights: readonly Right[]): Promise<object> {
  const { data, errors } = await ask(warehouse.knex, query, { rights });
  expect(errors).toBeUndefined();
  return data as object;
}

test.each(PAGES)('the queries of docs/%s are answered as it shows', async (name, count, rights) => {
  const file = join(projectFolder, 'docs', name);
  let page = await readFile(file, 'utf8');
  const questions = [...page.matchAll(ASKED)];
  expect(questions).toHaveLength(count);
  for (const [block, query = '', answer = 'null'] of questions) {
    const data = await answered(query, rights);
    // After a change that is meant: WRITE_DOCS=1 npx jest test/docs, then prettier, and read the difference.
    if (process.env['WRITE_DOCS'] !== '1') expect(data).toEqual(JSON.parse(answer));
    const written = `\`\`\`graphql\n${query}\`\`\`\n\n\`\`\`json\n${shown(data)}\n\`\`\`\n`;
    page = page.replace(block, () => written);
  }
  if (process.env['WRITE_DOCS'] === '1') await writeFile(file, page);
});

/** JSON with a line for each node, so that a table of groups reads as one. */
function shown(data: unknown): string {
  const nodes = (list: readonly unknown[]) =>
    `[\n${list.map((node) => JSON.stringify(node)).join(',\n')}\n]`;
  const fields = Object.entries(data as Record<string, Record<string, unknown>>);
  const parts = fields.map(([field, connection]) => {
    const members = Object.entries(connection).map(
      ([name, value]) =>
        `${JSON.stringify(name)}: ${Array.isArray(value) ? nodes(value) : JSON.stringify(value)}`,
    );
    return `${JSON.stringify(field)}: {\n${members.join(',\n')}\n}`;
  });
  return `{\n${parts.join(',\n')}\n}`;
}
