import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';
import { exampleSteps, filesOfStep } from './scratchProduct';

interface Line {
  readonly files: readonly string[];
  /** The steps of the example that show them, or else the tests. */
  readonly heldBy: readonly string[];
}

/** The lines of the table under "What to touch". */
function linesOfTable(): Line[] {
  const page = readFileSync(join(projectFolder, 'CONTRIBUTING.md'), 'utf8');
  const section = page.split('\n## What to touch\n')[1]?.split('\n## ')[0] ?? '';
  const named = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [, , files, heldBy] = line.split('|');
    return { files: named(files), heldBy: named(heldBy) };
  });
}

/** The files that a name of the table stands for. Each place of it is one name, and `…` a time. */
function patternOf(name: string): RegExp {
  const places = name
    .replaceAll('.', String.raw`\.`)
    .replaceAll('…', String.raw`\d{14}`)
    .replaceAll(/(?<=[/_])[A-Z]+(?=[/_\\.]|$)/g, '[a-zA-Z_]+');
  return new RegExp(`^${places}$`);
}

const held = linesOfTable().flatMap(({ files, heldBy }) => heldBy.map((step) => ({ step, files })));
const steps = held.filter(({ step }) => !step.startsWith('test/'));
const tests = held.filter(({ step }) => step.startsWith('test/'));

test.each(steps)(
  'the step $step touches the files that CONTRIBUTING.md names',
  ({ step, files }) => {
    const touched = [...filesOfStep(step).keys()];
    for (const name of files) {
      expect([name, touched.filter((path) => patternOf(name).test(path))]).toEqual([
        name,
        [expect.any(String)],
      ]);
    }
    expect(touched.filter((path) => !files.some((name) => patternOf(name).test(path)))).toEqual([]);
  },
);

test('every step of the example is on a line of CONTRIBUTING.md, and none touches src/', () => {
  expect(steps.map(({ step }) => step).sort()).toEqual(exampleSteps().sort());
  for (const { step } of steps) {
    for (const path of filesOfStep(step).keys()) expect(path).not.toMatch(/^src\//);
  }
});

test.each(tests)(
  '$step tries what is no step of the example, and its files are there',
  ({ step, files }) => {
    expect(existsSync(join(projectFolder, step))).toBe(true);
    for (const name of files) {
      const folder = dirname(name);
      const found = readdirSync(join(projectFolder, folder)).map((file) => `${folder}/${file}`);
      expect(found.filter((path) => path === name || patternOf(name).test(path))).not.toEqual([]);
    }
  },
);

test('every line of the table is held by a step or a test', () => {
  for (const { files, heldBy } of linesOfTable()) {
    expect(files).not.toEqual([]);
    expect(heldBy).not.toEqual([]);
  }
  expect(tests).toHaveLength(1);
});
