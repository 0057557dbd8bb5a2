import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../../src/ground/projectFolder';
import { exampleSteps, filesOfStep } from './scratchProduct';

/** Of each line of the table under "What to touch": the files that it names, and the steps that show them. */
function linesOfTable(): {
  readonly files: readonly string[];
  readonly steps: readonly string[];
}[] {
  const page = readFileSync(join(projectFolder, 'CONTRIBUTING.md'), 'utf8');
  const section = page.split('\n## What to touch\n')[1]?.split('\n## ')[0] ?? '';
  const named = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [, , files, steps] = line.split('|');
    return { files: named(files), steps: named(steps) };
  });
}

/** The files that a name of the table stands for. Each place of it is one name, and `…` a time. */
function patternOf(name: string): RegExp {
  const places = name
    .replaceAll('.', String.raw`\.`)
    .replaceAll('…', String.raw`\d{14}`)
    .replaceAll(/[A-Z]+/g, '[a-z_]+');
  return new RegExp(`^${places}$`);
}

const steps = linesOfTable().flatMap((line) =>
  line.steps.map((step) => ({ step, files: line.files })),
);

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
