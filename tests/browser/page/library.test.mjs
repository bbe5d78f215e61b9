/** The view of all recordings, and ways between views. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FAILED, TRANSCRIBING, WAITING, recordings } from '../support/library.mjs';
import { addressOf, openLibrary, setHidden, until } from '../support/views.mjs';

const { on, server } = await openLibrary();

test('states and reasons are shown, and change live', () => on('/library', async (page) => {
  await page.locator('.library-row').first().waitFor();
  assert.match(await page.locator('.library').textContent() ?? '', /Silent film[\s\S]*Failed[\s\S]*The file has no sound\. Record it again/);
  const waiting = page.locator('.library-row', { hasText: 'Conversation in the library' });
  assert.match(await waiting.textContent() ?? '', /No permission to read the file\.[\s\S]*Tried 2 times\. Next try: .*2026[\s\S]*Try now/);
  const damaged = page.locator('.library-row', { hasText: 'moved away' });
  assert.match(await damaged.textContent() ?? '', /Searchable[\s\S]*Media file: truncated at 12:34\./);
  const recording = recordings.find(({ id }) => id === WAITING);
  server.tell({ type: 'recording', recording: { ...recording, state: 'transcribing', progress: { done_ms: 60_000, total_ms: 120_000 } } });
  await page.getByText('1:00 of 2:00').waitFor();
  const rows = await page.locator('.library-row').count();
  server.tell({ type: 'removed', id: WAITING });
  await until(page, (n) => document.querySelectorAll('.library-row').length === n - 1, rows);
}));

test('what is pressed, focused or open stays so while a recording is transcribed and another one comes', () => on('/library', async (page) => {
  const recording = recordings.find(({ id }) => id === TRANSCRIBING);
  const progress = (/** @type {number} */ done_ms) => server.tell({ type: 'recording', recording: { ...recording, progress: { done_ms, total_ms: 1_800_000 } } });
  const link = page.locator('.library-row', { hasText: 'Annual meeting' }).getByRole('link');
  const box = await link.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  progress(660_000);
  await page.getByText('11:00 of 30:00').waitFor();
  await page.mouse.up();
  await page.locator('.recording').waitFor();
  await page.goBack();
  await link.focus();
  progress(720_000);
  await page.getByText('12:00 of 30:00').waitFor();
  await setHidden(page, true);
  await setHidden(page, false);
  await page.getByText('10:00 of 30:00').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Annual meeting');
  const waiting = recordings.find(({ id }) => id === WAITING);
  for (const state of ['transcribing', 'failed', 'waiting']) {
    server.tell({ type: 'recording', recording: { ...waiting, state } });
    await page.waitForTimeout(30);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Annual meeting', state);
  }
  const titles = await page.locator('.library-row h2').allTextContents();
  assert.deepEqual(titles.slice(0, 3), ['Silent film', 'Annual meeting', 'Conversation in the library']);
  const order = page.getByLabel('Order');
  await order.focus();
  server.tell({ type: 'recording', recording: { ...recording, id: 'f'.repeat(32), title: 'One more' } });
  await page.getByText('One more').waitFor();
  assert.equal(await order.evaluate((select) => select === document.activeElement), true);
  const asked = () => server.asked.filter((path) => path === '/api/v1/work').length;
  const before = asked();
  for (let event = 0; event < 5; event++) {
    progress(720_000 + event);
    await page.waitForTimeout(300);
  }
  assert.ok(asked() > before, 'how much is left is asked for while work goes on');
}, { troubles: /404/ }));

test('what changed before anybody looked is asked for', () => on('/', async (page) => {
  await page.locator('.recordings a').first().waitFor();
  await setHidden(page, true);
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await page.getByText('10:00 of 30:00').waitFor();
  const recording = recordings.find(({ id }) => id === TRANSCRIBING);
  const { progress } = recording;
  recording.progress = { ...progress, done_ms: 900_000 };
  try {
    await setHidden(page, false);
    await page.getByText('15:00 of 30:00').waitFor();
  } finally {
    recording.progress = progress;
  }
}));

test('links between views need no reload, and the focus does not get lost', () => on('/', async (page) => {
  await page.locator('.recordings a').first().waitFor();
  await page.evaluate(() => Object.assign(window, { kept: true }));
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await page.locator('.library-row a').first().waitFor();
  assert.equal(await page.evaluate(() => 'kept' in window && document.activeElement?.id), 'main');
  assert.equal(await page.locator('nav [aria-current]').innerText(), 'Library');
}));

test('the library is narrowed and ordered by its address', () => on('/library?sort=length', async (page) => {
  const titles = () => page.locator('.library-row h2').allTextContents();
  await page.locator('.library-row').first().waitFor();
  assert.equal((await titles())[0], 'Three hours with the coordination team');
  await page.getByLabel('Folder').selectOption('/talks/radio');
  assert.deepEqual(await titles(), ['Why volunteers stay: a talk on the radio']);
  assert.equal(addressOf(page), '/library?folder=%2Ftalks%2Fradio&sort=length');
  await page.goBack();
  await until(page, () => document.querySelectorAll('.library-row').length > 5);
  await page.getByLabel('Show').selectOption('doubtful');
  assert.deepEqual(await titles(), ['A whole congress introduces itself']);
  assert.match(await page.locator('.library-row').textContent() ?? '', /1 min 1 s uncertain \(68%\) · 4 s of speech without words/);
}));

test('the work is shown, can be paused and let go on, and what stops it is said', () => on('/library', async (page) => {
  const work = page.locator('.work');
  await work.getByText('2 recordings are still to be transcribed, about 12 min.').waitFor();
  await work.getByText('1 file could not be read').click();
  await work.getByText('/talks/b.mp4').waitFor();
  await work.getByRole('button', { name: 'Pause' }).click();
  await work.getByText('The work is paused.').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Let it go on');
  await page.keyboard.press('Enter');
  await work.getByRole('button', { name: 'Pause' }).waitFor();
  assert.ok(server.asked.includes('POST /api/v1/jobs/pause') && server.asked.includes('POST /api/v1/jobs/resume'));
  Object.assign(server.work, { trouble: 'no space left on the disk; make room; the work then goes on' });
  server.tell({ type: 'work' });
  await work.getByText('The work stands still. No space left on the disk').waitFor();
  Object.assign(server.work, { trouble: null });
}));

test('what failed can be tried again', () => on('/library?show=unsearched', async (page) => {
  const row = page.locator('.library-row', { hasText: 'Silent film' });
  await row.getByRole('button', { name: 'Try again' }).click();
  await row.getByText('Asked for').waitFor();
  assert.ok(server.asked.includes(`POST /api/v1/recordings/${FAILED}/retry`));
}));
