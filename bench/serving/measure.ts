import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchData } from './data';
import { assertEqualAnswers } from './equalAnswers';
import { Load, medianOf, type Figures, type Run } from './load';
import { bodyOf, QUESTIONS, searchOf, type Question, type ServerName } from './questions';
import { startServer, type RunningServer } from './servers';

export interface MeasureOptions {
  readonly scale: number;
  /** Numbers of connections, each measured by itself. */
  readonly connections: readonly number[];
  /** For each server and question, all rounds together. */
  readonly seconds: number;
  readonly rounds: number;
  readonly questions: readonly Question[];
  readonly servers: readonly ServerName[];
}

export interface Measured {
  readonly scale: number;
  /** By question and server, for each number of connections. */
  readonly figures: ReadonlyMap<number, ReadonlyMap<string, ReadonlyMap<ServerName, Figures>>>;
  /** The most memory of each server, in MB. */
  readonly peaks: ReadonlyMap<ServerName, number>;
}

/** So many askings differ from one another before one comes again. */
const VARIETY = 5_000;
/** Servers run for weeks: what is measured is code that V8 has compiled, of all of them. */
const WARM_UP_SECONDS = 3;
const FIXED_TAG = '"the-one"';

/** Loads the servers with each question in turn, several short rounds of all of them. */
export async function measure(
  data: BenchData,
  options: MeasureOptions,
  onEnd: (end: () => Promise<unknown>) => void,
): Promise<Measured> {
  const bench = new Bench(data, options);
  onEnd(() => bench.end());
  try {
    await bench.start();
    return { scale: options.scale, figures: await bench.figures(), peaks: await bench.end() };
  } finally {
    await bench.end();
  }
}

class Bench {
  private readonly load = new Load();
  private readonly running = new Map<ServerName, RunningServer>();
  private folder = '';
  private tag = '';
  private ending: Promise<ReadonlyMap<ServerName, number>> | undefined;

  constructor(
    private readonly data: BenchData,
    private readonly options: MeasureOptions,
  ) {}

  async start(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'techorda-fixed-'));
    await this.startOne('techorda');
    const repeated = QUESTIONS.find(({ known }) => known);
    if (!repeated) throw new Error('No question is asked again.');
    const answer = await this.post('techorda', bodyOf(repeated, 0, 1));
    await writeFile(join(this.folder, 'body.json'), await answer.text());
    this.tag = (await this.get(repeated)).headers.get('etag') ?? '';
    for (const name of this.options.servers) {
      if (name !== 'techorda') await this.startOne(name);
    }
    await assertEqualAnswers(
      this.options.questions.map((question) => ({
        ...question,
        servers: question.servers.filter((name) => this.running.has(name)),
      })),
      this.options.scale,
      async (server, body) => {
        const { data } = (await (await this.post(server, body)).json()) as { data?: unknown };
        return data;
      },
    );
  }

  private async startOne(name: ServerName): Promise<void> {
    const settings = {
      DATABASE_URL: this.data.url,
      LOG_LEVEL: 'warn',
      // Limits are counted, and never reached.
      RATE_REQUESTS: '1000000000',
      RATE_COST: '1000000000000',
      FIXED_BODY: join(this.folder, 'body.json'),
      FIXED_TAG,
    };
    this.running.set(name, await startServer(name, settings));
  }

  async figures(): Promise<Measured['figures']> {
    const all = new Map<number, Map<string, Map<ServerName, Figures>>>();
    for (const connections of this.options.connections) {
      const ofQuestions = new Map<string, Map<ServerName, Figures>>();
      all.set(connections, ofQuestions);
      for (const question of this.options.questions) {
        console.error(`${question.title}, ${String(connections)} connections …`);
        ofQuestions.set(question.name, await this.ofQuestion(question, connections));
      }
    }
    return all;
  }

  private async ofQuestion(
    question: Question,
    connections: number,
  ): Promise<Map<ServerName, Figures>> {
    const names = question.servers.filter((name) => this.running.has(name));
    const { rounds, seconds } = this.options;
    const found = new Map(names.map((name) => [name, [] as Figures[]]));
    for (const name of names)
      await this.load.run(this.runOf(question, name, connections, WARM_UP_SECONDS));
    for (let round = 0; round < rounds; round += 1) {
      // The other way round each time: who comes first has no advantage.
      const order = round % 2 === 0 ? names : names.toReversed();
      for (const name of order) {
        const figures = await this.load.run(
          this.runOf(question, name, connections, seconds / rounds),
        );
        found.get(name)?.push(figures);
      }
    }
    return new Map([...found].map(([name, figures]) => [name, medianOf(figures)]));
  }

  private runOf(question: Question, name: ServerName, connections: number, seconds: number): Run {
    const url = this.urlOf(name);
    const common = { connections, seconds };
    if (question.known === 'tag') {
      const tag = name === 'fixed' ? FIXED_TAG : this.tag;
      return {
        ...common,
        url: `${url}?${searchOf(question)}`,
        method: 'GET',
        headers: { ...this.headers(), 'if-none-match': tag },
        bodies: [],
        expected: 304,
      };
    }
    const askings = question.known ? [0] : Array.from({ length: VARIETY }, (_, n) => n);
    const bodies = askings.map((n) => bodyOf(question, n, this.options.scale));
    return { ...common, url, method: 'POST', headers: this.headers(), bodies, expected: 200 };
  }

  private headers() {
    return { 'content-type': 'application/json', authorization: `Bearer ${this.data.key}` };
  }

  private urlOf(name: ServerName): string {
    const server = this.running.get(name);
    if (!server) throw new Error(`${name} does not run.`);
    return server.url;
  }

  private post(name: ServerName, body: string): Promise<Response> {
    return fetch(this.urlOf(name), { method: 'POST', headers: this.headers(), body });
  }

  private get(question: Question): Promise<Response> {
    return fetch(`${this.urlOf('techorda')}?${searchOf(question)}`, { headers: this.headers() });
  }

  /** Ends all that was started, whatever happened. */
  end(): Promise<ReadonlyMap<ServerName, number>> {
    return (this.ending ??= this.endAll());
  }

  private async endAll(): Promise<ReadonlyMap<ServerName, number>> {
    await this.load.end();
    const peaks = new Map<ServerName, number>();
    for (const [name, server] of this.running) peaks.set(name, await server.end());
    await rm(this.folder, { recursive: true, force: true });
    return peaks;
  }
}
