import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../../../src/ground/projectFolder';
import { publishVersion, serveTest, type ServedDatabase } from '../support';

/** A metric with labels, as PromQL names them: `name{label="value"}`, or with the labels of `by (…)` before it. */
const METRIC = /\b((?:techorda|nodejs|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g;

const textOf = (...path: string[]) => readFileSync(join(projectFolder, ...path), 'utf8');
const rules = textOf('deploy', 'prometheus', 'alerts.yml');
const dashboard = JSON.parse(textOf('deploy', 'grafana', 'techorda.json')) as {
  panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];
};
const drawn = dashboard.panels.flatMap(({ title, targets }) =>
  (targets ?? []).map((target) => ({ title, ...target })),
);

let served: ServedDatabase;
/** Every series of a product that has published, by the name of its metric. */
let labelsOf: Map<string, Set<string>>;
/** Also those that have no series yet, such as a counter of something that never happened. */
let declared: Set<string>;
beforeAll(async () => {
  served = await serveTest({ product: true });
  const { knex } = served.database;
  await publishVersion(served.database);
  const gate = { gate: 'bin_missing', table: 'gold.exports', state: 'PASSED', value: 0 };
  await knex('refresh.runs').insert({
    status: 'PUBLISHED',
    reason: 'schedule',
    full_rebuild: false,
    started_at: '2026-01-01T00:00:00Z',
    finished_at: '2026-01-01T00:00:02Z',
    gates: JSON.stringify([gate]),
    steps: JSON.stringify([{ step: 'publish', milliseconds: 1 }]),
  });
  await knex('bronze.quarantine').insert({
    record_hash: Buffer.from([1]),
    reason_code: 'NOT_JSON',
    reason: 'The line is not JSON.',
    record: Buffer.from('x'),
    record_bytes: 1,
  });
  await knex('bronze.connector_records').insert({
    kind: 'HEARTBEAT',
    topic: 't',
    kafka_partition: 0,
    block: 0,
    kafka_offsets: '{[0,1)}',
  });
  const ask = () =>
    fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': served.key },
      body: JSON.stringify({ query: '{ financing(first: 1) { nodes { year } } }' }),
    });
  expect((await ask()).status).toBe(200);
  await ask();
  const shown = await (await fetch(`${served.url}/metrics`)).text();
  declared = new Set([...shown.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
  labelsOf = new Map();
  for (const [, name = '', labels = ''] of shown.matchAll(/^([a-z][\w:]*)(?:\{(.*)\})? \S+$/gm)) {
    const known = labelsOf.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    labelsOf.set(name, known);
  }
});
afterAll(() => served.stop());

/** What the text names that the product does not show: a metric, or a label of one. */
function unknownIn(text: string): string[] {
  return [...text.matchAll(METRIC)].flatMap(([, name = '', labels = '']) => {
    const known = labelsOf.get(name);
    if (known === undefined) return [name];
    // Prometheus itself adds these two.
    const given = [...labels.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label);
    return given
      .filter((label) => !known.has(label) && !['job', 'instance'].includes(label))
      .map((label) => `${name}{${label}}`);
  });
}

test('the alarms, their tests and the dashboard name metrics and labels that the product shows', () => {
  expect(unknownIn(rules)).toEqual([]);
  expect(unknownIn(textOf('deploy', 'prometheus', 'alerts.test.yml'))).toEqual([]);
  expect(drawn.length).toBeGreaterThan(20);
  expect(drawn.flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  // And what they do not show is noticed.
  expect(unknownIn('sum(techorda_nothing{status="x"}) + techorda_gates{colour="red"}')).toEqual([
    'techorda_nothing',
    'techorda_gates{colour}',
  ]);
});

test('each label that a panel groups or names series by is one of its metric', () => {
  for (const { title, expr, legendFormat } of drawn) {
    const metric = [...expr.matchAll(METRIC)][0]?.[1] ?? '';
    const grouped = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? ['instance'];
    const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
    expect([title, named.filter((label) => !grouped.includes(label))]).toEqual([title, []]);
    const known = [...(labelsOf.get(metric) ?? []), 'instance', 'le'];
    expect([title, grouped.filter((label) => !known.includes(label))]).toEqual([title, []]);
  }
});

test('the documents name metrics that the product shows', () => {
  for (const page of readdirSync(join(projectFolder, 'docs'))) {
    const names = [...textOf('docs', page).matchAll(/`(techorda_[a-z_]+)/g)].map(
      ([, name]) => name,
    );
    // Databases, roles and columns may begin alike; a metric is one of these kinds.
    const metrics = names.filter((name = '') =>
      /_(total|seconds|records|up|running|held)$/.test(name),
    );
    expect([page, metrics.filter((name = '') => !isShown(name))]).toEqual([page, []]);
  }
});

const isShown = (name: string) => declared.has(name);

test('every alarm leads to a heading of the page that says what to do, and has a test', () => {
  const headings = new Set(
    [...textOf('docs', 'operations.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
  const alarms = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const runbooks = [...rules.matchAll(/runbook: docs\/operations\.md#(\S+)/g)];
  expect(runbooks.length).toBe(alarms.length);
  expect(runbooks.map(([, anchor = '']) => anchor).filter((each) => !headings.has(each))).toEqual(
    [],
  );
  const tests = textOf('deploy', 'prometheus', 'alerts.test.yml');
  const fired = [...tests.matchAll(/alertname: (\w+)\s+exp_alerts:\s+- exp_labels/g)];
  expect(new Set(fired.map(([, name]) => name))).toEqual(new Set(alarms));
});
