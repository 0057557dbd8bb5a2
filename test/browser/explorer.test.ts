import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';
import { givenPublication, givenRows } from '../support/databases/gold';
import { serveTest, type ServedDatabase } from '../api/server/support';
import { Page } from './chromium';

const WIDE = [1280, 800] as const;
const NARROW = [390, 844] as const;

let served: ServedDatabase;
let page: Page;
beforeAll(async () => {
  served = await serveTest({
    product: true,
    explorerFolder: join(projectFolder, 'dist', 'explorer'),
  });
  await givenPublication(served.database.knex);
  await givenRows(served.database.knex, 'gold.general_indicators', [{ income_total: '12.00' }]);
  page = await Page.open();
});
afterAll(async () => {
  await page.close();
  await served.stop();
});

/** Shows the page to somebody who has a key, or has not entered it yet. */
async function show(size: readonly [number, number], scheme: 'light' | 'dark', key = served.key) {
  await page.look(...size, scheme);
  await page.go(`${served.url}/healthz`);
  await page.read(`sessionStorage.setItem('techorda key', ${JSON.stringify(key)})`);
  await page.read('localStorage.clear()');
  await page.go(`${served.url}/`);
  await page.until(
    key === ''
      ? `document.querySelector('.welcome')`
      : `document.querySelector('.graphiql-query-editor .CodeMirror')`,
  );
}

/** For people to look at, where SCREENSHOTS names a folder. */
async function keepPicture(name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), await page.screenshot());
}

const box = (selector: string) =>
  page.read<{ x: number; y: number; width: number; height: number }>(
    `(({ x, y, width, height }) => ({ x, y, width, height }))(document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect())`,
  );

/** How bright the background is that is seen behind an element, from 0 to 1. */
const brightness = (selector: string) =>
  page.read<number>(`(() => {
    for (let at = document.querySelector(${JSON.stringify(selector)}); at; at = at.parentElement) {
      const [r, g, b, a = 1] = getComputedStyle(at).backgroundColor.match(/[\\d.]+/g).map(Number);
      if (a > 0) return (r + g + b) / 765;
    }
    return 1;
  })()`);

/** Writes an operation that is called Tried, and waits until GraphiQL has read its name. */
async function write(query: string): Promise<void> {
  const editor = `document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror`;
  await page.read(`${editor}.setValue(${JSON.stringify(query)})`);
  await page.until(
    `document.querySelector('.graphiql-session-header').innerText.includes('Tried')`,
  );
}
const run = () => page.read(`document.querySelector('.graphiql-execute-button').click()`);
const answer = `document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? ''`;

test('a query is answered', async () => {
  await show(WIDE, 'light');
  await write('query Tried { generalIndicators { nodes { incomeTotal } } }');
  await run();
  await page.until(`(${answer}).includes('"12.00"')`);
});

test('a subscription is followed as a stream, and ends when it is stopped', async () => {
  const following = async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(/^techorda_subscriptions (\d+)$/m.exec(text)?.[1]);
  };
  await show(WIDE, 'light');
  await served.database.knex('refresh.runs').delete();
  await write('subscription Tried { refreshProgress { runId status } }');
  await run();
  for (let time = 0; time < 200 && (await following()) === 0; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await following()).toBe(1);
  expect(await page.read(answer)).not.toContain('answered as a stream');
  await run();
  for (let time = 0; time < 200 && (await following()) > 0; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await following()).toBe(0);
});

test('a subscription that is refused says why', async () => {
  await show(WIDE, 'light');
  await write('subscription Tried { refreshProgress(runId: "7") { runId status } }');
  await run();
  await page.until(`(${answer}).includes('NOT_FOUND')`);
});

test.each([
  ['light', 0.6, 1],
  ['dark', 0, 0.4],
] as const)('in a %s scheme all of the page is so', async (scheme, least, most) => {
  for (const [name, size] of [
    ['wide', WIDE],
    ['narrow', NARROW],
  ] as const) {
    await show(size, scheme);
    await keepPicture(`explorer-${name}-${scheme}`);
    for (const part of ['.key-bar', '.key-bar input', '.graphiql-query-editor', 'body']) {
      const seen = await brightness(part);
      expect([part, seen >= least && seen <= most, seen]).toEqual([part, true, seen]);
    }
    await show(size, scheme, '');
    await keepPicture(`welcome-${name}-${scheme}`);
    const seen = await brightness('.welcome');
    expect(seen >= least && seen <= most).toBe(true);
    expect(await page.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(size[0]);
  }
});

test('on a small screen the editor and the answer have its width, one below the other', async () => {
  await show(NARROW, 'light');
  const [width] = NARROW;
  const editor = await box('.graphiql-query-editor .CodeMirror');
  const response = await box('.graphiql-response');
  expect(editor.width).toBeGreaterThan(width * 0.7);
  expect(response.width).toBeGreaterThan(width * 0.7);
  expect(editor.height).toBeGreaterThan(120);
  expect(response.height).toBeGreaterThan(120);
  expect(response.y).toBeGreaterThanOrEqual(editor.y + editor.height);
  // Nothing has to be scrolled to from the side.
  expect(await page.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
});

test('on a wide one they stand side by side', async () => {
  await show(WIDE, 'light');
  const editor = await box('.graphiql-query-editor');
  expect((await box('.graphiql-response')).x).toBeGreaterThan(editor.x + editor.width - 1);
});
