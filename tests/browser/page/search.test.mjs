/** The view that searches, over a made-up library. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LONG, MUSEUM, TRANSCRIBING, recordings } from '../support/library.mjs';
import { addressOf, openLibrary, until } from '../support/views.mjs';

const { on, server } = await openLibrary();

test('typing shows moments, keeps the address, and announces the count', () => on('/', async (page) => {
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
  await page.keyboard.type('volunteers');
  await page.locator('.hit mark').first().waitFor();
  await until(page, () => document.getElementById('announcements')?.textContent?.includes('recordings'));
  assert.equal(addressOf(page), '/?q=volunteers');
  assert.equal(await page.title(), 'volunteers – aloud');
  assert.match(await page.locator('.coverage').innerText(), /7 of 10 recordings searched · 2 waiting · 1 failed/);
}));

test('an older answer never overwrites a newer one', () => on('/', async (page) => {
  server.delay((q) => (q === 'museum' ? 900 : 0));
  try {
    await page.keyboard.type('museum');
    await page.waitForTimeout(300);
    await page.locator('#search').fill('patience');
    await until(page, () => document.querySelector('.hit mark')?.textContent === 'patience.');
    await page.waitForTimeout(1200);
    assert.deepEqual(await page.locator('.hit mark').allInnerTexts().then((marks) => [...new Set(marks)]), ['patience.']);
    assert.equal(addressOf(page), '/?q=patience');
  } finally {
    server.delay(() => 0);
  }
}));

test('back and forward go from search to search', () => on('/', async (page) => {
  await page.locator('#search').fill('museum');
  await page.keyboard.press('Enter');
  await page.locator('.hit').first().waitFor();
  await page.locator('#search').fill('patience');
  await page.keyboard.press('Enter');
  await until(page, () => document.title.startsWith('patience'));
  await page.goBack();
  await until(page, () => document.title.startsWith('museum'));
  assert.equal(await page.locator('#search').inputValue(), 'museum');
  await page.goBack();
  await page.locator('.landing').waitFor();
  await page.goForward();
  await page.goForward();
  await until(page, () => document.title.startsWith('patience'));
}));

test('all moments of a recording unfold under an address of their own, and the focus goes to the first new one', () =>
  on('/?q=coordination', async (page) => {
    const group = page.locator(`#group-${LONG}`);
    await group.locator('.hits').waitFor();
    assert.equal(await group.locator('.hits > li').count(), 3);
    await group.locator('.more').click();
    await until(page, (id) => document.querySelectorAll(`#group-${id} .hits > li`).length > 3, LONG);
    const total = Number((await group.locator('.facts').innerText()).match(/(\d+) moments/)?.[1]);
    assert.equal(await group.locator('.hits > li').count(), total);
    assert.equal(await group.locator('.hits > li').nth(3).locator('a').evaluate((a) => a === document.activeElement), true);
    assert.equal(addressOf(page), `/?q=coordination&all=${LONG}`);
    await page.reload();
    await until(page, (id) => document.querySelectorAll(`#group-${id} .hits > li`).length > 3, LONG);
    await group.locator('.more').click();
    await until(page, (id) => document.querySelectorAll(`#group-${id} .hits > li`).length === 3, LONG);
  }));

test('the timeline is one tab stop; its marks lead to their moments', () => on('/?q=volunteers', async (page) => {
  const bar = page.locator(`#group-${MUSEUM} .timeline`);
  assert.match(await bar.getAttribute('aria-label') ?? '', /^Where: 3 moments between 0:07 and/);
  assert.equal(await bar.locator('a[tabindex="0"]').count(), 1);
  await bar.locator('a').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.locator('.target').waitFor();
  assert.match(addressOf(page), new RegExp(`^/r/${MUSEUM}\\?t=[\\d.]+&q=volunteers$`));
}));

test('what was understood and what is to be noted is said', () => on('/?q=%22local%20museum', async (page) => {
  assert.match(await page.locator('.understood').innerText(), /"local museum"/);
  assert.match(await page.locator('.notes').innerText(), /quote was not closed/);
}));

test('nothing found says which words are said at all', () => on('/?q=volunteers%20xylophone', async (page) => {
  await page.locator('.alone').waitFor();
  assert.match(await page.locator('.alone').innerText(), /volunteers \d+ moments\s+xylophone never said/);
  await page.locator('.alone a').click();
  await until(page, () => document.title.startsWith('volunteers –'));
}));

test('coming back from a recording finds the results where they were', () =>
  on(`/?q=coordination&all=${LONG}`, async (page) => {
    await page.locator('.hits > li').nth(20).scrollIntoViewIfNeeded();
    const scrolled = await page.evaluate(() => window.scrollY);
    assert.ok(scrolled > 500);
    await page.locator('.hits > li').nth(20).locator('a').click();
    await page.locator('.target').waitFor();
    await page.goBack();
    await until(page, (y) => Math.abs(window.scrollY - y) < 120, scrolled);
    // So does coming back from another order of them.
    await page.getByRole('link', { name: 'Newest first' }).evaluate((link) => link.click());
    await until(page, () => [...document.querySelectorAll('.toolbar [aria-current]')].some((link) => link.textContent === 'Newest first'));
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.goBack();
    await until(page, (y) => Math.abs(window.scrollY - y) < 120, scrolled);
  }));

test('the first result is one key from the box; n and Shift n go from hit to hit', () => on('/?q=volunteers', async (page) => {
  await page.locator('.hit').first().waitFor();
  await page.locator('#search').focus();
  await page.keyboard.press('ArrowDown');
  const at = () => page.evaluate(() => [...document.querySelectorAll('a.hit')].indexOf(/** @type {any} */ (document.activeElement)));
  assert.equal(await at(), 0);
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await page.keyboard.press('Shift+N');
  assert.equal(await at(), 1);
}));

test('facets narrow the search down and widen it again, all by its address', () => on('/?q=museum', async (page) => {
  const facets = page.locator('.facets');
  await facets.waitFor();
  assert.match(await facets.innerText(), /Speakers[\s\S]*Ann Lee\s+2[\s\S]*Years[\s\S]*2021/);
  await facets.getByRole('link', { name: /Ann Lee/ }).click();
  await until(page, () => document.querySelectorAll('.group').length === 1);
  assert.equal(addressOf(page), '/?q=museum%20speaker:%22Ann%20Lee%22');
  assert.equal(await page.locator('#search').inputValue(), 'museum speaker:"Ann Lee"');
  assert.equal(await facets.locator('[aria-current]').innerText(), 'Ann Lee\n2');
  await facets.locator('[aria-current]').click();
  await until(page, () => document.querySelectorAll('.group').length > 1);
  assert.equal(addressOf(page), '/?q=museum');
}));

const focused = (page) => page.evaluate(() => document.activeElement?.textContent ?? '');

test('the focus stays at a chosen facet, and goes to the answer where its link is gone', () => on('/?q=museum', async (page) => {
  const link = page.locator('.facets').getByRole('link', { name: /Ann Lee/ });
  for (const chosen of ['museum speaker:"Ann Lee"', 'museum']) {
    await link.focus();
    await page.keyboard.press('Enter');
    await until(page, (q) => new URLSearchParams(location.search).get('q') === q && !document.querySelector('[aria-busy]'), chosen);
    assert.match(await focused(page), /^Ann Lee/);
  }
  await page.goto(`${server.url}/?q=volunteers%20xylophone`);
  await page.locator('.alone a').focus();
  await page.keyboard.press('Enter');
  await page.locator('.hit').first().waitFor();
  assert.ok(await page.locator('.answer').evaluate((answer) => answer === document.activeElement));
}));

test('facets stay open or closed as the reader left them', () => on('/?q=museum', async (page) => {
  const facets = page.locator('.facets');
  await facets.waitFor();
  await facets.locator('> summary').click();
  await page.locator('#search').fill('volunteers');
  await until(page, () => document.title.startsWith('volunteers'));
  await until(page, () => !document.querySelector('[aria-busy]'));
  assert.equal(await facets.getAttribute('open'), null);
  await page.setViewportSize({ width: 400, height: 800 });
  await page.reload();
  await facets.locator('> summary').click();
  await facets.getByRole('link', { name: /Ann Lee/ }).click();
  await until(page, () => document.querySelectorAll('.group').length === 1);
  assert.equal(await facets.getAttribute('open'), '');
}));

test('the box shows what is asked, also when the reader goes back before the answer', () => on('/?q=museum', async (page) => {
  await page.locator('.hit').first().waitFor();
  server.delay((q) => (q === 'patience' ? 1500 : 0));
  try {
    await page.locator('#search').fill('patience');
    await page.keyboard.press('Enter');
    await until(page, () => location.search === '?q=patience');
    await page.goBack();
    assert.equal(await page.locator('#search').inputValue(), 'museum');
  } finally {
    server.delay(() => 0);
  }
}));

test('an address that names other recordings still finds', () => on('/?q=museum&all=garbage', (page) => page.locator('.hit').first().waitFor()));

test('a server that comes back is asked again', () => on('/?q=museum', async (page) => {
  await page.locator('.hit').first().waitFor();
  server.goAway(true);
  try {
    await page.locator('#search').fill('patience');
    await page.locator('.notice-trouble').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.notice-trouble').waitFor();
  } finally {
    server.goAway(false);
  }
  await until(page, () => document.querySelector('.hit mark')?.textContent === 'patience.');
}, { troubles: /ERR_/ }));

test('what there is to search is kept fresh before anything is asked', () => on('/', async (page) => {
  const item = page.locator(`.recordings li:has([href="/r/${TRANSCRIBING}"])`);
  await item.locator('progress').waitFor();
  await item.locator('a').focus();
  const recording = recordings.find(({ id }) => id === TRANSCRIBING);
  server.tell({ type: 'recording', recording: { ...recording, state: 'searchable', progress: null } });
  await item.locator('progress').waitFor({ state: 'detached' });
  const asked = server.asked.length;
  server.tell({ type: 'recording', recording: { ...recording, id: 'f'.repeat(32) } });
  await item.locator('progress').waitFor();
  assert.deepEqual(server.asked.slice(asked), ['/api/v1/recordings']);
  assert.match(await focused(page), /^Annual meeting/);
}));

test('one key leads from every view to the search', () => on('/library', async (page) => {
  await page.locator('.library-row').first().waitFor();
  await page.keyboard.press('/');
  await until(page, () => document.activeElement?.id === 'search');
}));

test('order and picture are addresses; typing keeps them', () => on('/?q=museum', async (page) => {
  await page.getByRole('link', { name: 'Newest first' }).click();
  await until(page, () => location.search === '?q=museum&sort=date');
  await until(page, () => [...document.querySelectorAll('.toolbar [aria-current]')].some((link) => link.textContent === 'Newest first'));
  assert.ok(server.asked.some((asked) => asked.includes('sort=date')));
  await page.getByRole('link', { name: 'Picture' }).click();
  await page.locator('.picture-rows').waitFor();
  assert.equal(addressOf(page), '/?q=museum&sort=date&as=picture');
  const [shortest, longest] = await Promise.all([MUSEUM, LONG].map(async (id) =>
    (await page.locator(`.picture-rows li:has(a[href*="${id}"]) .picture-time`).boundingBox())?.width ?? 0));
  assert.ok(shortest < longest / 5, 'a row is as long as its recording');
  assert.match(await page.locator('.years').innerText(), /2019[\s\S]*1 moment[\s\S]*2021[\s\S]*4 moments/);
  await page.locator('#search').fill('volunteers');
  await until(page, () => location.search === '?q=volunteers&sort=date&as=picture');
  await page.locator('.picture-rows .timeline-mark').first().click();
  await page.locator('.target').waitFor();
}));

test('all hits can be had as a table', () => on('/?q=museum&sort=time', async (page) => {
  const link = page.locator('.download');
  assert.equal(await link.getAttribute('href'), '/api/v1/search?q=museum&sort=time&format=csv');
  assert.equal(await link.getAttribute('download'), 'aloud.csv');
}));

test('how much was searched leads to what was not, with the reasons', () => on('/?q=museum', async (page) => {
  await page.locator('.coverage a').click();
  await page.locator('.library-row').first().waitFor();
  assert.equal(addressOf(page), '/library?show=unsearched');
  // Not the text that is laid out: what is out of sight is laid out later.
  assert.match(await page.locator('main').textContent() ?? '', /3 of 10 recordings[\s\S]*The file has no sound/);
}));

test('help shows examples that find something here', () => on('/', async (page) => {
  await page.locator('.help').click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByText('partnership museum', { exact: true }).waitFor();
  // A click beside the text, yet inside, closes nothing.
  const box = await dialog.boundingBox();
  await page.mouse.click((box?.x ?? 0) + 6, (box?.y ?? 0) + 6);
  await dialog.getByText('"local museum"').click();
  await page.locator('.hit').first().waitFor();
  assert.equal(await page.locator('dialog[open]').count(), 0);
  assert.equal(addressOf(page), '/?q=%22local%20museum%22');
}));

test('the whole way by keyboard alone: ask, choose, read, quote, return', () => on('/', async (page) => {
  await page.keyboard.type('volunteers');
  await page.keyboard.press('Enter');
  await page.locator('.hit').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.target').waitFor();
  const tabTo = async (/** @type {string} */ selector, key = 'Tab') => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press(key);
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  await tabTo('.transcript [data-word]');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.locator('.quote-bar').waitFor();
  await tabTo('.quote-bar button');
  await page.keyboard.press('Enter');
  await page.getByText('Copied').first().waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^“volunteers who/);
  await tabTo('.back a', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.locator('.hit').first().waitFor();
  assert.equal(addressOf(page), '/?q=volunteers');
}, { permissions: ['clipboard-read', 'clipboard-write'] }));
