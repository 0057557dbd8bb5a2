import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';

const NOT_JSON =
  'A body of another type than JSON is refused by 415 before Apollo sees it, where Apollo expects to refuse it by 400.';

/** What Apollo's suite expects and the product does otherwise by a rule of its own. */
const EXCLUDED: ReadonlyMap<string, string> = new Map([
  ['httpServerTests.ts graphqlHTTP throws an error if POST body is empty', NOT_JSON],
  ['httpServerTests.ts graphqlHTTP throws an error if invalid content-type', NOT_JSON],
  // Of its many requests one alone; the others are asked beside the suite.
  ['apolloServerTests.ts CSRF prevention default', NOT_JSON],
]);

/** Runs Apollo's integration suite but for what is excluded by name; each name must be one of the suite. */
export default class ApolloSuiteEnvironment extends TestEnvironment {
  private readonly met = new Set<string>();

  handleTestEvent(event: Circus.Event): void {
    if (event.name === 'test_start') {
      const name = nameOf(event.test);
      if (!EXCLUDED.has(name)) return;
      this.met.add(name);
      event.test.mode = 'skip';
    }
    if (event.name === 'run_finish') {
      const unknown = [...EXCLUDED.keys()].filter((name) => !this.met.has(name));
      if (unknown.length > 0) {
        throw new Error(`The suite has no test "${unknown.join('", "')}" that could be excluded.`);
      }
    }
  }
}

/** The names of the test and of what it stands in, but for the suite's own. */
function nameOf(test: Circus.TestEntry): string {
  const names = [test.name];
  for (let block = test.parent; block.parent; block = block.parent) names.unshift(block.name);
  return names.slice(1).join(' ');
}
