/** What the page says, in all its languages, and how much of it is sent. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LANGUAGES, chosenLanguage } from '../../assets/js/lib/languages.js';
import { wordingOf } from '../../assets/js/lib/wording.js';
import { pageBytes } from './support/page-bytes.mjs';

/** All that a reader's browser loads, compressed: documents, styles, scripts, one language. */
const MOST_BYTES = 100_000;

const strings = Object.fromEntries(await Promise.all(LANGUAGES.map(async (language) =>
  [language, (await import(`../../assets/js/languages/${language}.js`)).strings])));

test('the first language of the browser that the page speaks is chosen', () => {
  for (const [wanted, chosen] of /** @type {[string[], string][]} */ ([
    [['sv-SE', 'en'], 'sv'], [['pl', 'de-AT', 'fr'], 'de'], [['FR'], 'fr'], [['pl'], 'en'], [[], 'en'], [['est'], 'en'], [['es-419'], 'es'],
  ])) assert.equal(chosenLanguage(wanted), chosen, wanted.join());
});

test('no language lacks a string, and none was left in English', () => {
  // Words that are the same, or that nobody translates.
  const same = new Set(['direction', 'appName', 'kind.audio', 'keys', 'keysInTranscript', 'facets.year', 'copyLink']);
  const shape = (/** @type {any} */ value, path = '') => {
    if (typeof value === 'function') return [[path, 'function']];
    if (typeof value === 'string') return [[path, 'string']];
    return Object.keys(value).flatMap((key) => shape(value[key], path === '' ? key : `${path}.${key}`));
  };
  for (const language of LANGUAGES.slice(1)) {
    assert.deepEqual(shape(strings[language]), shape(strings.en), language);
    for (const [path] of shape(strings.en).filter(([, kind]) => kind === 'string')) {
      if ([...same].some((start) => path === start || path.startsWith(`${start}.`))) continue;
      const get = (/** @type {any} */ of) => path.split('.').reduce((/** @type {any} */ at, /** @type {string} */ key) => at[key], of);
      const text = get(strings[language]);
      assert.ok(text.trim() !== '', `${language}: ${path} is empty`);
      if (text.length > 12) assert.notEqual(text, get(strings.en), `${language}: ${path} is English`);
    }
  }
});

test('counts, shares and days are written as each language writes them', () => {
  const coverage = { recordings: 1042, searchable: 1039, waiting: 2, failed: 1, missing: 0, paused: false, speech_ms: 100, doubtful_ms: 4, gap_ms: 25 };
  for (const [language, said] of [
    ['en', '1,039 of 1,042 recordings searched · 2 waiting · 1 failed · 4% uncertain · 20% without words'],
    ['sv', 'Sökte i 1 039 av 1 042 inspelningar · 2 väntar · 1 misslyckades · 4 % osäkert · 20 % utan ord'],
    ['es', 'Se buscó en 1039 de 1042 grabaciones · 2 en espera · 1 falló · 4 % dudoso · 20 % sin palabras'],
    ['fr', 'Recherche dans 1 039 sur 1 042 enregistrements · 2 en attente · 1 en échec · 4 % incertain · 20 % sans mots'],
    ['de', '1.039 von 1.042 Aufnahmen durchsucht · 2 warten · 1 fehlgeschlagen · 4 % unsicher · 20 % ohne Wörter'],
  ]) assert.equal(strings[/** @type {string} */ (language)].coverage(coverage).replace(/\s/g, ' '), said);
  for (const [language, said] of [
    ['en', '3 recordings searched · 2 without media · paused'], ['sv', 'Sökte i 3 inspelningar · 2 utan media · pausat'],
    ['es', 'Se buscó en 3 grabaciones · 2 sin archivo multimedia · en pausa'],
    ['fr', 'Recherche dans 3 enregistrements · 2 sans média · en pause'], ['de', '3 Aufnahmen durchsucht · 2 ohne Mediendatei · angehalten'],
  ]) {
    const idle = { ...coverage, recordings: 3, searchable: 3, waiting: 0, failed: 0, missing: 2, paused: true, doubtful_ms: 0, gap_ms: 0 };
    assert.equal(strings[/** @type {string} */ (language)].coverage(idle).replace(/\s/g, ' '), said);
  }
  assert.equal(strings.fr.found(1, 1), '1 passage dans 1 enregistrement');
  assert.equal(wordingOf('en', ['en-GB']).day('2021-05-31'), '31 May 2021');
  assert.equal(wordingOf('en', ['en-US']).day('2021-05-31'), 'May 31, 2021');
  assert.equal(wordingOf('de', ['en-GB']).day('2021'), '2021');
  assert.equal(wordingOf('sv', []).day('2021-13-99'), '2021-13-99');
  assert.equal(wordingOf('sv', []).language('en', '?'), 'engelska');
  assert.equal(wordingOf('sv', []).language('no such tag', '?'), 'no such tag');
});

test('French signs that stand apart are not parted from their word at the end of a line', () => {
  const texts = (/** @type {any} */ value) => typeof value === 'string' ? [value] : typeof value === 'object' ? Object.values(value).flatMap(texts) : [];
  const made = [strings.fr.quoted('a'), strings.fr.nextTry('a'), strings.fr.notATime('a'), strings.fr.details.differs('a', 'b', 'c')];
  for (const text of [...texts(strings.fr), ...made]) assert.doesNotMatch(text, / [:;!?»]|« /);
});

test('one and many are told apart', () => {
  for (const [language, said] of [
    ['en', '1 more recording is not shown'], ['sv', '1 inspelning till visas inte'], ['es', 'No se muestra 1 grabación más'],
    ['fr', '1 autre enregistrement n’est pas affiché'], ['de', '1 weitere Aufnahme ist nicht gezeigt'],
  ]) assert.ok(strings[/** @type {string} */ (language)].pictureLeft(1).startsWith(said), language);
});

test('the page is small, whichever language is spoken', async () => {
  const { bytes } = await pageBytes();
  assert.ok(bytes > 20_000 && bytes <= MOST_BYTES, `the page is ${bytes} bytes`);
});
