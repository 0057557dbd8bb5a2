import { isDeepStrictEqual } from 'node:util';
import { bodyOf, type Question, type ServerName } from './questions';

/** Several askings of each question: what varies between them must come out equal, too. */
const ASKINGS = [0, 1, 17, 400];

/** Throws unless all servers give the data that the product gives, of which there must be some. */
export async function assertEqualAnswers(
  questions: readonly Question[],
  scale: number,
  ask: (server: ServerName, body: string) => Promise<unknown>,
): Promise<void> {
  for (const question of questions) {
    for (const n of ASKINGS) {
      const body = bodyOf(question, n, scale);
      const own = await ask('techorda', body);
      if (!holdsRows(own)) {
        throw new Error(`${question.name} has no rows: ${JSON.stringify(own).slice(0, 300)}`);
      }
      for (const server of question.servers) {
        const theirs = await ask(server, body);
        if (isDeepStrictEqual(theirs, own)) continue;
        throw new Error(
          `${server} answers ${question.name} otherwise:\n${JSON.stringify(theirs).slice(0, 500)}\ninstead of\n${JSON.stringify(own).slice(0, 500)}`,
        );
      }
    }
  }
}

function holdsRows(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false;
  return Object.values(data).every(
    (field: { nodes?: unknown } | null) => Array.isArray(field?.nodes) && field.nodes.length > 0,
  );
}
