import { SingleBar } from 'cli-progress';

export interface ProgressLine {
  update(done: number, text: string): void;
  stop(): void;
}

const PLAIN_EVERY_MS = 2_000;

/**
 * A bar on a terminal; elsewhere, or where the total is not known, a plain line every two seconds,
 * which a log can keep.
 */
export function progressLine(title: string, total: number | undefined): ProgressLine {
  if (process.stderr.isTTY && total !== undefined) {
    const bar = new SingleBar({
      format: `${title} {bar} {percentage}% {text}`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    });
    bar.start(Math.max(total, 1), 0, { text: '' });
    return {
      update: (done, text) => bar.update(Math.min(done, total), { text }),
      stop: () => bar.stop(),
    };
  }
  let said = Date.now();
  return {
    update(done, text) {
      if (Date.now() - said < PLAIN_EVERY_MS) return;
      said = Date.now();
      process.stderr.write(`${title} ${percentOf(done, total)}${text}\n`);
    },
    stop: () => undefined,
  };
}

function percentOf(done: number, total: number | undefined): string {
  if (total === undefined) return '';
  return `${total === 0 ? 100 : Math.floor((100 * Math.min(done, total)) / total)}% `;
}
