import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { loadModel } from '../../../../src/api/model/read/loadModel';
import { projectFolder } from '../../../../src/ground/projectFolder';
import { createSchema } from '../../../../src/api/resolvers/schema';
import { fetchJson, serveTest, type ServedDatabase } from '../support';

let folder: string;
let served: ServedDatabase;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'techorda-explorer-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Techorda Graph</title>');
  writeFileSync(join(folder, 'assets', 'index-1.js'), 'export {};');
  writeFileSync(join(folder, 'notes.txt'), 'not of the page');
  served = await serveTest({ explorerFolder: folder });
});
afterAll(async () => {
  await served.stop();
  rmSync(folder, { recursive: true });
});

test('the explorer is served with a content policy that lets it talk to this server only', async () => {
  const page = await fetch(`${served.url}/`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
  expect(await page.text()).toContain('Techorda Graph');

  const asset = await fetch(`${served.url}/assets/index-1.js`);
  expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(asset.headers.get('cache-control')).toContain('immutable');
});

test('no path leads to a file that is not of the page', async () => {
  for (const path of ['/notes.txt', '/assets/../../package.json', '/..%2f..%2fetc%2fpasswd']) {
    expect(await fetchJson(served.url + path)).toMatchObject({ status: 404 });
  }
});

test('without a built page the API is served all the same', async () => {
  const bare = await serveTest({ explorerFolder: join(folder, 'missing') });
  const answer = await fetchJson(`${bare.url}/`);
  expect(answer).toMatchObject({ status: 404 });
  expect(answer.body.errors?.[0]?.message).toMatch(/^The explorer page has not been built here/);
  await bare.stop();
});

test('every example of the explorer is a valid query of the schema', () => {
  const schema = createSchema(loadModel());
  const examples = join(projectFolder, 'explorer', 'examples');
  const names = readdirSync(examples).filter((name) => name.endsWith('.graphql'));
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    const errors = validate(schema, parse(readFileSync(join(examples, name), 'utf8')));
    expect([name, errors.map(({ message }) => message)]).toEqual([name, []]);
  }
});
