import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { demo } from '../../src/commands/demo';
import { dumpLine, generateEvents } from '../../src/demo/generateEvents';

describe('techorda demo', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'techorda-demo-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const lines = [...generateEvents({ scale: 0.01 })].map(dumpLine);

  test('writes the dump, a record a line, and says how many', async () => {
    const out = join(folder, 'demo.ndjson');
    expect(await demo({ scale: 0.01, out })).toBe(lines.length);
    expect(await readFile(out, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test('gzips it where the name ends in .gz', async () => {
    const out = join(folder, 'demo.ndjson.gz');
    await demo({ scale: 0.01, out });
    expect(gunzipSync(await readFile(out)).toString()).toBe(`${lines.join('\n')}\n`);
  });

  test('leaves no file that could be taken for a dump where it fails', async () => {
    await expect(demo({ scale: 0, out: join(folder, 'demo.ndjson') })).rejects.toThrow(/scale/);
    expect(await readdir(folder)).not.toContain('demo.ndjson');
    const out = join(folder, 'nowhere', 'demo.ndjson.gz');
    await expect(demo({ scale: 0.01, out })).rejects.toThrow(
      `The dump cannot be written to ${out} (ENOENT).`,
    );
  });
});
