import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../../src/ground/projectFolder';
import { lineage } from '../../../src/warehouse/lineage/lineage';

const readings = lineage().fromEvents.map(({ source, file }) => ({
  source,
  file,
  statement: readFileSync(join(projectFolder, file), 'utf8'),
}));

const namesIn = (statement: string, pattern: RegExp) => [
  ...new Set([...statement.matchAll(pattern)].map(([, name = '']) => name)),
];

test('the texts that a source table declares are those that its SELECT fills in from older events', () => {
  for (const { source, file, statement } of readings) {
    const filledIn = [
      ...statement.matchAll(/silver\.whole\(source\.(\w+), carried, '(\w+)'\)/g),
    ].map(([, column, named]) => {
      expect([file, named]).toEqual([file, column]);
      return column;
    });
    expect([file, filledIn.sort()]).toEqual([file, [...source.texts].sort()]);
  }
});

test('what a SELECT reads without filling it in cannot be missing: it is required, or short', () => {
  for (const { source, file, statement } of readings) {
    const plain = statement.replaceAll(/silver\.whole\([^)]*\)/g, '');
    const required = source.required.map(({ column }) => column);
    // A number or a time is never so long that PostgreSQL leaves it out of its log.
    const short = namesIn(statement, /silver\.read_(?:integer|time)\((?:\w+\.)?(\w+)\)/g);
    const bare = namesIn(plain, /source\.(\w+)/g);
    const unsafe = bare.filter((name) => !required.includes(name) && !short.includes(name));
    expect([file, unsafe]).toEqual([file, []]);
  }
});

test('each column that a SELECT takes from a source row is used', () => {
  for (const { file, statement } of readings) {
    const [, columns = ''] =
      /json_to_record\(source_row\) as source \(([^)]*)\)/.exec(statement) ?? [];
    const taken = columns.split(',').map((column) => column.trim().split(' ')[0]);
    const used = namesIn(statement, /source\.(\w+)/g);
    expect([file, taken.sort()]).toEqual([file, used.sort()]);
  }
});
