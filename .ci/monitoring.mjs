// The alarms and what they are expected to do, and whether each query of the dashboard can be read.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from './promtool.mjs';

promtool(['check', 'config', 'deploy/prometheus/prometheus.yml']);
promtool(['test', 'rules', 'deploy/prometheus/alerts.test.yml']);

const { panels } = JSON.parse(readFileSync('deploy/grafana/techorda.json', 'utf8'));
const queries = panels.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) =>
    expr.replaceAll('$job', 'techorda').replaceAll('$__rate_interval', '1m'),
  ),
);
const rules = queries.map((expr, index) => ({ record: `dashboard:query:${index}`, expr }));
const folder = mkdtempSync(join(tmpdir(), 'techorda-monitoring-'));
try {
  const file = join(folder, 'dashboard.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  promtool(['check', 'rules', file]);
} finally {
  rmSync(folder, { recursive: true });
}
