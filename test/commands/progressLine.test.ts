import { progressLine } from '../../src/commands/telling/progressLine';

/** What is written to standard error while `work` runs, as on a terminal or not. */
function written(terminal: boolean, work: () => void): string {
  const { stderr } = process;
  const was = Object.getOwnPropertyDescriptor(stderr, 'isTTY');
  Object.defineProperty(stderr, 'isTTY', { value: terminal, configurable: true });
  let text = '';
  const write = jest.spyOn(stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    work();
    return text;
  } finally {
    write.mockRestore();
    if (was) Object.defineProperty(stderr, 'isTTY', was);
    else delete (stderr as { isTTY?: boolean }).isTTY;
  }
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('on a terminal a bar says how far a run has come and at which step it is', () => {
  const text = written(true, () => {
    const line = progressLine('refresh', 4);
    line.update(1, 'silver.companies');
    jest.advanceTimersByTime(1_000);
    line.update(3, 'gold.exports');
    jest.advanceTimersByTime(1_000);
    line.stop();
  });
  expect(text).toMatch(/refresh .* 25% silver\.companies/);
  expect(text).toMatch(/refresh .* 75% gold\.exports/);
});

test('elsewhere a plain line says the same every two seconds, and nothing of what is done at once', () => {
  const text = written(false, () => {
    const line = progressLine('refresh', 4);
    line.update(1, 'silver.companies');
    jest.advanceTimersByTime(2_000);
    line.update(2, 'silver.defects');
    line.update(3, 'gold.exports');
    line.stop();
  });
  expect(text).toBe('refresh 50% silver.defects\n');
});

test('of a total that nobody knows no share is told', () => {
  const text = written(true, () => {
    const line = progressLine('-', undefined);
    jest.advanceTimersByTime(2_000);
    line.update(5, '5 new');
    line.stop();
  });
  expect(text).toBe('- 5 new\n');
});
