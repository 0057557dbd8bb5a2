import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';

/** Quiet, and without what it would fetch of its own accord. */
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--disable-dev-shm-usage', '--remote-debugging-port=0'],
];

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One page of a real Chromium (CHROMIUM, or Debian's), by the DevTools protocol. */
export class Page {
  private calls = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      if (answer.id !== undefined) this.waiting.get(answer.id)?.(answer);
    });
  }

  static async open(): Promise<Page> {
    const folder = mkdtempSync(join(tmpdir(), 'techorda-chromium-'));
    const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${folder}`, 'about:blank'], {
      stdio: 'ignore',
    });
    const port = await soon(async () => {
      const file = join(folder, 'DevToolsActivePort');
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n')[0] : undefined;
    });
    const address = await soon(async () => {
      const targets = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
        type: string;
        webSocketDebuggerUrl: string;
      }[];
      return targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl;
    });
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve).once('error', reject);
    });
    return new Page(browser, folder, socket);
  }

  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = (this.calls += 1);
    const answered = new Promise<Answer>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params }));
    const { result = {}, error } = await answered;
    this.waiting.delete(id);
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** The value of an expression in the page. */
  async read<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: Value }).value;
  }

  /** Waits until an expression in the page holds. */
  async until(expression: string): Promise<void> {
    await soon(async () => (await this.read<boolean>(`Boolean(${expression})`)) || undefined);
  }

  async look(width: number, height: number, scheme: 'light' | 'dark'): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height, deviceScaleFactor: 1, mobile: width < 600 },
    });
    await this.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
  }

  async go(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
    await this.until(
      `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`,
    );
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    await this.send('Browser.close');
    await ended;
    this.socket.terminate();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

async function soon<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + 20_000;
  for (;;) {
    const value = await look().catch(() => undefined);
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`Not so within 20 s: ${String(look)}`);
    await pause(50);
  }
}
