/** Hits played and read where they stand among the results. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CROWD, LONG, MUSEUM, RADIO, UNPLAYABLE } from '../support/library.mjs';
import { addressOf, openLibrary, until } from '../support/views.mjs';

const { on } = await openLibrary();

test('a hit is read with what stands around it, and more of it, under an address of its own', () => on('/?q=patience', async (page) => {
  const hit = page.locator(`#group-${MUSEUM} .hits > li`).first();
  await hit.getByRole('button', { name: /Read on here/ }).click();
  const around = hit.locator('.around');
  await around.locator('.paragraph').first().waitFor();
  assert.deepEqual(await around.locator('.speaker').allInnerTexts(), ['Interviewer', 'Ann Lee']);
  assert.equal(await around.locator('.matched').innerText(), 'patience.');
  assert.match(await around.innerText(), /what made the museum say yes[\s\S]*the director trusted them/);
  await around.getByRole('button', { name: 'Earlier' }).click();
  assert.match(await around.innerText(), /How did the partnership/);
  assert.match(addressOf(page), new RegExp(`^/\\?q=patience&open=${MUSEUM}@\\d+$`));
  await page.reload();
  await page.locator('.around .matched').waitFor();
  await page.getByRole('button', { name: 'Close the text' }).click();
  assert.equal(await page.locator('.around').count(), 0);
  assert.equal(addressOf(page), '/?q=patience');
}));

test('a hit is played from a second before its word, one at a time; its words can be played, and are marked', () =>
  on('/?q=volunteers', async (page) => {
    const [first, second] = [0, 1].map((n) => page.locator(`#group-${MUSEUM} .hits > li`).nth(n));
    const start = Number(new URL(await first.locator('.hit').getAttribute('href') ?? '', 'http://x').searchParams.get('t'));
    await first.getByRole('button', { name: /Play here/ }).click();
    await until(page, (from) => {
      const media = document.querySelector('video');
      return media && !media.paused && media.currentTime > from && media.currentTime < from + 3;
    }, start - 1);
    await first.getByRole('button', { name: /Read on here/ }).click();
    await first.locator('.around [aria-current]').waitFor();
    await first.locator('.around [data-word="30"]').last().click();
    await until(page, () => (document.querySelector('video')?.currentTime ?? 0) > 12);
    await page.keyboard.press('k');
    assert.equal(await first.locator('video').evaluate((video) => video.paused), true);
    await second.getByRole('button', { name: /Play here/ }).click();
    await until(page, () => document.querySelectorAll('video').length === 1);
    assert.equal(await second.locator('video').count(), 1);
    await second.getByRole('button', { name: 'Close the player' }).click();
    assert.equal(await page.locator('video').count(), 0);
    assert.equal(addressOf(page).split('&')[0], '/?q=volunteers');
  }));

test('what has no media has no button to play it; sound plays as sound', () => on('/?q=volunteers', async (page) => {
  await page.locator('.hit').first().waitFor();
  assert.equal(await page.locator(`#group-${LONG} .tool-play`).count(), 0);
  await page.locator(`#group-${RADIO} .tool-play`).first().click();
  await until(page, () => document.querySelector('audio')?.paused === false);
  await until(page, () => (document.querySelector('audio')?.currentTime ?? 0) > 1);
}));

test('a hit goes on being played and read while more are listed', () => on('/?q=volunteers', async (page) => {
  const hit = page.locator(`#group-${CROWD} .hits > li`).first();
  await hit.getByRole('button', { name: /Play here/ }).click();
  await hit.getByRole('button', { name: /Read on here/ }).click();
  await hit.locator('.around .matched').waitFor();
  await until(page, () => document.querySelector('video')?.paused === false);
  await page.locator(`#group-${CROWD} > p .more`).click();
  await until(page, (id) => document.querySelectorAll(`#group-${id} .hits > li`).length === 500, CROWD);
  assert.match(addressOf(page), new RegExp(`&all=${CROWD}&open=${CROWD}@\\d+$`));
  assert.equal(await hit.locator('.around').count(), 1);
  assert.equal(await hit.locator('video').evaluate((video) => video.paused), false);
  assert.ok(await page.locator(`#group-${CROWD} .hits > li`).nth(3).locator('a').evaluate((link) => link === document.activeElement));
  await hit.getByRole('button', { name: 'Close the text' }).click();
  await page.locator(`#group-${CROWD} > p .more`).click();
  await until(page, (id) => document.querySelectorAll(`#group-${id} .hits > li`).length === 3, CROWD);
  assert.equal(addressOf(page), '/?q=volunteers');
  assert.equal(await page.locator('.around').count(), 0);
  await page.goBack();
  await until(page, (id) => document.querySelectorAll(`#group-${id} .hits > li`).length === 500, CROWD);
  assert.equal(await page.locator('video').count(), 1);
}));

test('words read in place are reached and played by keys', () => on('/?q=patience', async (page) => {
  const hit = page.locator(`#group-${MUSEUM} .hits > li`).first();
  await hit.getByRole('button', { name: /Read on here/ }).click();
  const around = hit.locator('.around');
  await around.locator('.matched').waitFor();
  assert.equal(await around.locator('[tabindex="0"]').innerText(), 'patience.');
  await around.locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await until(page, () => (document.querySelector('video')?.currentTime ?? 0) > 10);
  const earlier = around.getByRole('button', { name: 'Earlier' });
  await earlier.focus();
  await page.keyboard.press('Enter');
  await earlier.waitFor({ state: 'hidden' });
  assert.ok(await around.locator('.paragraph [data-word="0"]').last().evaluate((word) => word === document.activeElement));
}));

test('a player that is hidden takes no keys', () => on('/?q=volunteers', async (page) => {
  await page.locator(`#group-${UNPLAYABLE} .tool-play`).click();
  await page.getByRole('button', { name: /Make a copy/ }).waitFor();
  await page.evaluate(() => document.addEventListener('keydown', (press) => (document.title = String(press.defaultPrevented)), { once: true }));
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.title(), 'false');
}, { troubles: /404/ }));

test('what stays among others is not moved without need, and never while it plays', () => on('/', async (page) => {
  const [orders, moved] = await page.evaluate(async () => {
    const { arrange } = /** @type {any} */ (await import(/** @type {any} */ ('/assets/js/lib/arrange.js')));
    const parent = document.createElement('ol');
    const of = Object.fromEntries([...'abcdef'].map((name) => [name, Object.assign(document.createElement('li'), { id: name })]));
    of.c.append(document.createElement('audio'));
    const seen = new MutationObserver(() => {});
    seen.observe(parent, { childList: true });
    const shown = ['abc', 'abcdef', 'facdb', 'c', '', 'cab'].map((wanted) => {
      seen.takeRecords();
      const fresh = arrange(parent, [...wanted].map((name) => of[name]));
      const touched = seen.takeRecords().flatMap((record) => [...record.removedNodes]).map((node) => /** @type {Element} */ (node).id);
      return [[...parent.children].map(({ id }) => id).join(''), fresh?.id ?? '', touched.sort().join('')];
    });
    return [shown.map(([order, fresh]) => `${order} ${fresh}`), shown.map(([, , touched]) => touched)];
  });
  assert.deepEqual(orders, ['abc a', 'abcdef d', 'facdb ', 'c ', ' ', 'cab c']);
  assert.ok(moved.slice(0, 4).every((touched) => !touched?.includes('c')), moved.join());
  assert.deepEqual(moved.slice(0, 2), ['', '']);
}));
