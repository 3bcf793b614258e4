import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The extension's folder and the one file that is built from it. */
export const FOLDER = fileURLToPath(new URL('../extensions/tillside-panel/', import.meta.url));
export const BUNDLE = path.join(FOLDER, 'dist', 'tillside-panel.js');

/** The targets of the extension's TOML: `[{target, module}]`, in its order. */
export async function readTargets() {
  const toml = await readFile(path.join(FOLDER, 'shopify.extension.toml'), 'utf8');
  const tables = toml.split('[[extensions.targeting]]').slice(1);
  return tables.map((table) => ({
    target: /^\s*target = "(.+)"$/m.exec(table)[1],
    module: /^\s*module = "(.+)"$/m.exec(table)[1],
  }));
}

/** The entry that registers every target with the admin, as Shopify's own build makes it. */
export function entryFor(targets) {
  return targets
    .map(
      ({ target, module }, index) =>
        `import target${index} from '${module}';\n` +
        `shopify.extend('${target}', (...args) => target${index}(...args));`,
    )
    .join('\n');
}
