// Builds the extension's bundle; with --check compares it with the committed one instead.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import path from 'node:path';
import { build } from 'esbuild';

import { BUNDLE, FOLDER, entryFor, readTargets } from './extension.mjs';

const LIMIT_BYTES = 64 * 1024;

async function bundle() {
  const result = await build({
    stdin: { contents: entryFor(await readTargets()), resolveDir: FOLDER, loader: 'tsx' },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    absWorkingDir: FOLDER,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

const built = await bundle();
const gzipped = gzipSync(built, { level: 9 }).length;
console.log(
  `tillside-panel.js: ${built.length} bytes, ${gzipped} gzipped, ` +
    `${brotliCompressSync(built).length} brotli (limit ${LIMIT_BYTES} compressed)`,
);
if (gzipped > LIMIT_BYTES) {
  console.error('The bundle is larger than Shopify allows.');
  process.exit(1);
}
if (process.argv.includes('--check')) {
  const committed = await readFile(BUNDLE).catch(() => Buffer.alloc(0));
  if (!built.equals(committed)) {
    console.error('dist/ is not what src/ builds to. Run: npm run build');
    process.exit(1);
  }
  console.log('dist/ is what src/ builds to.');
} else {
  await mkdir(path.dirname(BUNDLE), { recursive: true });
  await writeFile(BUNDLE, built);
}
