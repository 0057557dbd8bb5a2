import type { Figures } from './load';
import type { Measured } from './measure';
import type { Question, ServerName } from './questions';

const TITLES: Readonly<Record<ServerName, string>> = {
  techorda: 'techorda',
  limit: 'bare SQL',
  fixed: 'fixed body',
  apollo: 'Apollo',
  mercurius: 'Mercurius',
};
const PEERS: readonly ServerName[] = ['apollo', 'mercurius'];
const FIRST = 34;
const COLUMN = 12;

const sized = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2);

function line(first: string, rest: readonly string[]): string {
  return `${first.padEnd(FIRST)}${rest.map((text) => text.padStart(COLUMN)).join('')}`;
}

function ratio(own: number | undefined, other: number | undefined): string {
  return own === undefined || other === undefined ? '' : (own / other).toFixed(2);
}

/** The tables of one scale: rates, times, memory. */
export function printMeasured(
  { scale, figures, peaks }: Measured,
  asked: readonly Question[],
): void {
  const servers = [...peaks.keys()];
  for (const [connections, ofQuestions] of figures) {
    const many = connections === 1 ? '1 connection' : `${String(connections)} connections`;
    console.log(`\n${String(scale)} × January, ${many}: answers a second`);
    console.log(line('', [...servers.map((name) => TITLES[name]), '/ limit', '/ best peer']));
    for (const { name, title } of asked) {
      const of = ofQuestions.get(name);
      const rate = (server: ServerName) => of?.get(server)?.rate;
      const peers = PEERS.map(rate).filter((value) => value !== undefined);
      console.log(
        line(title, [
          ...servers.map((server) => shown(rate(server), sized)),
          ratio(rate('techorda'), rate('limit') ?? rate('fixed')),
          ratio(rate('techorda'), peers.length > 0 ? Math.max(...peers) : undefined),
        ]),
      );
    }
    console.log(`\n${String(scale)} × January, ${many}: milliseconds, p50 / p99`);
    console.log(
      line(
        '',
        servers.map((name) => TITLES[name]),
      ),
    );
    for (const { name, title } of asked) {
      const of = ofQuestions.get(name);
      console.log(
        line(
          title,
          servers.map((server) => shown(of?.get(server), times)),
        ),
      );
    }
  }
  console.log(
    `\n${line(
      'memory at most, MB',
      servers.map((name) => shown(peaks.get(name), String)),
    )}`,
  );
}

function shown<Value>(value: Value | undefined, text: (value: Value) => string): string {
  return value === undefined ? '' : text(value);
}

function times({ p50, p99 }: Figures): string {
  // In a short round a slow server may not have answered at all.
  if (Number.isNaN(p50)) return 'no answer';
  return `${sized(p50)}/${sized(p99)}`;
}

/** How the product's own times grow with the data, by one connection where that was measured. */
export function printGrowth(all: readonly Measured[], asked: readonly Question[]): void {
  const [smallest] = all;
  if (!smallest || all.length < 2) return;
  const connections = Math.min(...smallest.figures.keys());
  const timeOf = ({ figures }: Measured, name: string) =>
    figures.get(connections)?.get(name)?.get('techorda')?.p50;
  console.log(`\ntechorda, ${String(connections)} at once: p50 in milliseconds, and its growth`);
  console.log(
    line(
      '',
      all.map(({ scale }) => `${String(scale)}×`),
    ),
  );
  for (const { name, title } of asked) {
    const first = timeOf(smallest, name);
    const texts = all.map((measured) => {
      const time = timeOf(measured, name);
      return time === undefined ? '' : `${sized(time)} (${ratio(time, first)})`;
    });
    console.log(line(title, texts));
  }
}
