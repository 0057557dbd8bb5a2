// Draws the rooms of src and their walls, as build/rooms.cjs declares them, into CONTRIBUTING.md: a graph of the rooms,
// and a table of what each holds. What stands between the marks is never edited by hand.
import { createRequire } from 'node:module';
import { writeBetweenMarks } from './betweenMarks.mjs';

const { rooms } = createRequire(import.meta.url)('./rooms.cjs');

const names = Object.keys(rooms);
const [wings, alone] = [new Map(), []];
for (const name of names) {
  const [wing, room] = name.split('/');
  if (room === undefined) alone.push(name);
  else wings.set(wing, [...(wings.get(wing) ?? []), name]);
}

/** Generated types and the resolvers need each other, which no order can show: they stand in the table alone. */
const GENERATED = 'api/generated';
const isDrawn = (name) => name !== GENERATED;
const importsOf = (name) => rooms[name].imports.filter(isDrawn);
const reaches = (from, to) => importsOf(from).some((next) => next === to || reaches(next, to));

/** What is reached by way of another room is not drawn: the graph shows the order, the table everything. */
const drawnImports = (name) =>
  importsOf(name).filter((to) => !importsOf(name).some((other) => reaches(other, to)));

const id = (name) => name.replace('/', '_');
const graph = [
  'flowchart TD',
  ...[...wings].flatMap(([wing, inside]) => [
    `  subgraph ${wing}`,
    ...inside.filter(isDrawn).map((name) => `    ${id(name)}["${name.split('/')[1]}"]`),
    '  end',
  ]),
  ...alone.map((name) => `  ${id(name)}["${name}"]`),
  ...names
    .filter(isDrawn)
    .flatMap((name) => drawnImports(name).map((to) => `  ${id(name)} --> ${id(to)}`)),
];

const doorsOf = ({ doors = {} }) =>
  Object.keys(doors)
    .map((door) => (door === '' ? '_its own files_' : `\`${door}\``))
    .join(' ← ');
const rows = names.map(
  (name) =>
    `| \`src/${name}/\` | ${rooms[name].holds} | ${rooms[name].imports.map((each) => `\`${each}\``).join(', ')} | ${doorsOf(rooms[name])} |`,
);

const drawn = [
  '```mermaid',
  ...graph,
  '```',
  '',
  '| room | holds | may import | doors inside, each may import those before it |',
  '| --- | --- | --- | --- |',
  ...rows,
].join('\n');

await writeBetweenMarks('CONTRIBUTING.md', 'rooms', 'build/rooms.cjs', drawn);
