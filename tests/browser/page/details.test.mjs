/** What is known of a recording besides its words: shown, changed, and decided where a file says something else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MUSEUM, RADIO } from '../support/library.mjs';
import { openLibrary, until } from '../support/views.mjs';

const { on, server } = await openLibrary();

test('details are shown quietly, changed in a form, and a refusal keeps what was typed', () => on(`/r/${RADIO}`, async (page) => {
  const details = page.locator('.details');
  assert.equal(await details.getAttribute('open'), null);
  await details.locator('summary').click();
  await page.getByRole('button', { name: 'Edit details' }).click();
  assert.equal(await page.evaluate(() => /** @type {HTMLInputElement} */ (document.activeElement).value), 'Why volunteers stay: a talk on the radio');
  await page.getByLabel('Title').fill('Volunteers <b>on</b> the radio');
  await page.getByLabel('Date').fill('soon');
  await page.getByLabel('Published at').fill('https://example.org/radio');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.match(await page.locator('.notice-trouble').innerText(), /Date: "soon" is no date; write 2021/);
  assert.equal(await page.getByLabel('Title').inputValue(), 'Volunteers <b>on</b> the radio');
  await page.getByLabel('Date').fill('2022-03');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Volunteers <b>on</b> the radio' }).waitFor();
  assert.match(await page.title(), /^Volunteers <b>on<\/b> the radio/);
  assert.match(await details.innerText(), /Date\s+2022-03 · edited[\s\S]*https:\/\/example\.org\/radio · edited/);
  assert.equal(await details.locator('a').getAttribute('href'), 'https://example.org/radio');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Edit details');
  // A quote says the title as it is now, and leads to what was published.
  await page.locator('.transcript [tabindex="0"]').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('button', { name: 'Copy quote' }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
    '“We recorded”\n— Björn Ek, Volunteers <b>on</b> the radio, 0:01–0:01\nhttps://example.org/radio#t=1.250,1.990\n');
  await page.getByRole('button', { name: 'Copy link' }).click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), new RegExp(`^${server.url}/r/${RADIO}\\?t=1.250,1.990&w=`));
}, { troubles: /400/, permissions: ['clipboard-read', 'clipboard-write'] }));

test('what only a person can decide is asked', () => on(`/r/${MUSEUM}`, async (page) => {
  const details = page.locator('.details');
  assert.match(await details.locator('summary').innerText(), /Details · 1 to decide/);
  await details.locator('summary').click();
  assert.match(await details.innerText(), /says “Museum and volunteers”, here stands “Museum partnership”/);
  await page.getByRole('button', { name: 'Title: take it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Museum and volunteers' }).waitFor();
  assert.equal(await details.locator('summary').innerText(), 'Details');
  assert.match(await details.innerText(), /Title\s+Museum and volunteers · from the document beside the file/);
}));

test('speakers are renamed and become one person', () => on(`/r/${MUSEUM}`, async (page) => {
  await page.locator('.transcript p').first().waitFor();
  await page.locator('.details summary').click();
  await page.getByRole('button', { name: 'Edit details' }).click();
  await page.getByLabel('Speaker Interviewer').fill('Bo Ek');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.transcript', { hasText: 'Bo Ek' }).waitFor();
  await page.getByRole('button', { name: 'Edit details' }).click();
  await page.getByLabel('Speaker Bo Ek').fill('Ann Lee');
  await page.getByLabel('Speaker Ann Lee').fill('Bo Ek');
  await page.getByRole('button', { name: 'Save' }).click();
  await until(page, () => document.querySelector('.transcript .speaker')?.textContent === 'Ann Lee');
  await page.getByRole('button', { name: 'Edit details' }).click();
  await page.getByLabel('Speaker Bo Ek').fill('Ann Lee');
  await page.getByLabel('Speaker Ann Lee').fill('Bo Ek');
  await page.getByRole('button', { name: 'Save' }).click();
  await until(page, () => document.querySelector('.transcript .speaker')?.textContent === 'Bo Ek');
  assert.match(await page.locator('.details').innerText(), /Bo Ek · in the transcript: Interviewer/);
  await page.getByRole('button', { name: 'Edit details' }).click();
  await page.getByLabel('Speaker Bo Ek').fill('Ann Lee');
  await page.getByRole('button', { name: 'Save' }).click();
  await until(page, () => !document.querySelector('.transcript')?.textContent?.includes('Bo Ek'));
  assert.match(await page.locator('.details').innerText(), /Ann Lee · in the transcript: Ann Lee, Interviewer/);
}));

test('the form fits a narrow window', () => on(`/r/${RADIO}`, async (page) => {
  await page.locator('.details summary').click();
  await page.getByRole('button', { name: 'Edit details' }).click();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await page.locator('.details-form').count(), 0);
}, { viewport: { width: 320, height: 640 } }));
