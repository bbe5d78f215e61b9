/** The page speaks the browser's language, and loads that one alone. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openLibrary } from '../support/views.mjs';

const { on } = await openLibrary();

for (const [locale, language, says] of [
  ['sv-SE', 'sv', 'Sök i det som sades'], ['es-MX', 'es', 'Buscar en lo que se dijo'], ['fr-CA', 'fr', 'Chercher ce qui a été dit'],
  ['de-AT', 'de', 'Suchen, was gesagt wurde'], ['en-GB', 'en', 'Search what was said'], ['pl-PL', 'en', 'Search what was said'],
]) {
  test(`a browser in ${locale} gets ${language}`, () => on('/', async (page) => {
    await page.getByText(says).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/languages/')));
    assert.deepEqual(loaded.map((name) => name.split('/').at(-1)), [`${language}.js`]);
    assert.doesNotMatch(await page.locator('body').innerText(), /undefined|\{n\}|\[object/);
  }, { locale }));
}
