import assert from 'node:assert/strict';
import { test } from 'node:test';

import { exponentOf, formatMoney, minorToDecimal } from '../src/money.ts';

/** Intl puts no-break spaces between number and sign; the tests read plain ones. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f\u200f]/g, ' ').trim();

test('the exponent is the currency’s own', () => {
  assert.deepEqual(['EUR', 'JPY', 'KWD', 'ISK', 'CLF', 'XXX'].map(exponentOf), [2, 0, 3, 0, 4, 2]);
});

test('minor units become exact decimals', () => {
  assert.equal(minorToDecimal(41250, 2), '412.50');
  assert.equal(minorToDecimal(5, 2), '0.05');
  assert.equal(minorToDecimal(5, 3), '0.005');
  assert.equal(minorToDecimal(1234, 0), '1234');
  assert.equal(minorToDecimal(-7, 2), '-0.07');
  assert.equal(minorToDecimal(0, 3), '0.000');
});

test('an amount past what a float of euros holds stays exact to the cent', () => {
  assert.equal(plain(formatMoney(9007199254740991, 'EUR', 'en')), '€90,071,992,547,409.91');
});

test('yen have no decimals, dinars three', () => {
  assert.equal(plain(formatMoney(1234, 'JPY', 'en')), '¥1,234');
  assert.equal(plain(formatMoney(12345, 'KWD', 'en')), 'KWD 12.345');
});

test('the amount is written in the reader’s language', () => {
  assert.equal(plain(formatMoney(41250, 'EUR', 'el')), '412,50 €');
  assert.equal(plain(formatMoney(123456, 'CZK', 'cs')), '1 234,56 Kč');
  assert.equal(plain(formatMoney(123456, 'PLN', 'pl')), '1234,56 zł');
  assert.equal(plain(formatMoney(-100, 'USD', 'en')), '-$1.00');
});

test('an unknown currency code is shown plainly', () => {
  assert.equal(formatMoney(150, '?', 'en'), '1.50 ?');
});
