import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const FOLDER = process.env.FOLDER as string;
const PLURALS = ['zero', 'one', 'two', 'few', 'many', 'other'];

type Texts = { [key: string]: string | Texts };

function read(name: string): Texts {
  return JSON.parse(readFileSync(path.join(FOLDER, 'locales', name), 'utf8'));
}

/** Each text's key with its placeholders; a plural counts as one text. */
function shape(texts: Texts, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    const name = prefix + key;
    if (typeof value === 'string') found.set(name, placeholders(value));
    else if ('other' in value) found.set(name, 'plural');
    else for (const [inner, text] of shape(value, `${name}.`)) found.set(inner, text);
  }
  return found;
}

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort().join();

const files = readdirSync(path.join(FOLDER, 'locales')).sort();

test('five languages, English the default', () => {
  assert.deepEqual(files, ['cs.json', 'el.json', 'en.default.json', 'he.json', 'pl.json']);
});

for (const file of files) {
  test(`${file} has every text, with the same placeholders`, () => {
    assert.deepEqual(shape(read(file)), shape(read('en.default.json')));
  });

  test(`${file} has each plural form of its language and names itself`, () => {
    const texts = read(file);
    const language = file.split('.')[0] as string;
    assert.equal(texts['locale'], language);
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plurals: Texts[] = [];
    const collect = (value: Texts) => {
      if ('other' in value) plurals.push(value);
      else for (const inner of Object.values(value)) if (typeof inner !== 'string') collect(inner);
    };
    collect(texts);
    assert.ok(plurals.length >= 5);
    for (const plural of plurals) {
      assert.deepEqual(Object.keys(plural).sort(), [...forms].sort());
      assert.ok(Object.keys(plural).every((form) => PLURALS.includes(form)));
    }
  });
}

test('every text that the code names exists', () => {
  const known = new Set(shape(read('en.default.json')).keys());
  const source = path.join(FOLDER, 'src');
  const names = readdirSync(source, { recursive: true }).map(String).filter((name) => /\.tsx?$/.test(name));
  let seen = 0;
  for (const name of names) {
    const code = readFileSync(path.join(source, name), 'utf8');
    for (const [, key] of code.matchAll(/\bt(?:Or)?\('([\w.]+)'/g)) {
      seen += 1;
      assert.ok(known.has(key as string), `${name} names ${key}`);
    }
  }
  assert.ok(seen > 25);
});

test('every warning, trouble and status that can come has its word', () => {
  const known = new Set(shape(read('en.default.json')).keys());
  const warnings = readFileSync(path.join(FOLDER, 'src', 'warnings.ts'), 'utf8');
  const kinds = [...warnings.slice(0, warnings.indexOf('/** The order')).matchAll(/'(\w+)'/g)].map(
    ([, kind]) => `warning.${kind}`,
  );
  const named = kinds.filter((key) => known.has(key));
  assert.equal(named.length, [...known].filter((key) => key.startsWith('warning.')).length);
  const troubles = ['offline', 'error', 'forbidden'];
  for (const trouble of troubles) assert.ok(known.has(`trouble.${trouble}`));
  for (const trouble of troubles) assert.ok(known.has(`trouble_explained.${trouble}`));
});
