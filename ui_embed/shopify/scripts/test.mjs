// Bundles the tests (Node 20 reads no TypeScript) and runs them with Node's own runner.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

import { FOLDER } from './extension.mjs';

const tests = path.join(FOLDER, 'test');
const out = await mkdtemp(path.join(os.tmpdir(), 'tillside-panel-test-'));
const files = (await readdir(tests)).filter((name) => name.endsWith('.test.ts'));
await build({
  entryPoints: files.map((name) => path.join(tests, name)),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  define: { 'process.env.FOLDER': JSON.stringify(FOLDER) },
});
const built = files.map((name) => path.join(out, name.replace(/\.ts$/, '.mjs')));
const { status } = spawnSync(process.execPath, ['--test', ...built], {
  stdio: 'inherit',
  env: { ...process.env, TZ: 'UTC' },
});
await rm(out, { recursive: true });
process.exit(status ?? 1);
