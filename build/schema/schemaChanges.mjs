/**
 * Names what of the served schema is another than in the last release, and ends with status 1 where
 * that breaks clients and nobody says so: neither the changelog's Unreleased section, by the path of
 * each such change, nor package.json, by a version that may break (1.x → 2.x, 0.1.x → 0.2.x).
 */
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  buildClientSchema,
  buildSchema,
  DirectiveLocation,
  GraphQLSchema,
  introspectionFromSchema,
} from 'graphql';
import { readRelease } from './releasedSchema.mjs';

const EXECUTABLE = ['QUERY', 'MUTATION', 'SUBSCRIPTION', 'FIELD'].map(
  (name) => DirectiveLocation[name],
);

/** What clients see: without the model's own directives, which no operation can use. */
function asClientsSee(text) {
  const schema = buildClientSchema(introspectionFromSchema(buildSchema(text)));
  const config = schema.toConfig();
  const isForClients = ({ locations }) => locations.some((each) => EXECUTABLE.includes(each));
  return new GraphQLSchema({ ...config, directives: config.directives.filter(isForClients) });
}

const mayBreak = (from, to) => {
  const [[major, minor], [newMajor, newMinor]] = [from, to].map((version) =>
    version.split('.').map(Number),
  );
  return newMajor > major || (newMajor === 0 && major === 0 && newMinor > minor);
};

const unreleased = /^## Unreleased$(.*?)(?=^## |$(?![^]))/ms;

async function main() {
  const released = readRelease();
  const current = readFileSync('schema.generated.graphql', 'utf8');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, announced = ''] = unreleased.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];

  const changes = await diff(asClientsSee(released.text), asClientsSee(current));
  const of = (level) =>
    changes
      .filter(({ criticality }) => criticality.level === level)
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  const breaking = of(CriticalityLevel.Breaking);
  const dangerous = of(CriticalityLevel.Dangerous);
  const others = changes.length - breaking.length - dangerous.length;

  for (const { path, message } of breaking) console.log(`breaking   ${path}: ${message}.`);
  for (const { path, message } of dangerous) console.log(`dangerous  ${path}: ${message}.`);
  console.log(
    `Since release ${released.version}: ${breaking.length} breaking, ${dangerous.length} dangerous and ${others} other changes of the schema.`,
  );

  const unnamed = breaking.filter(({ path }) => !announced.includes(`\`${path}\``));
  if (unnamed.length === 0 || mayBreak(released.version, version)) return;
  console.error(
    `Clients of release ${released.version} would break. Expected that the Unreleased section of CHANGELOG.md names`,
  );
  for (const { path } of unnamed) console.error(`  \`${path}\``);
  console.error(
    `or that package.json bears a version that may break what ${released.version} promised, instead of ${version}.`,
  );
  process.exitCode = 1;
}

await main();
