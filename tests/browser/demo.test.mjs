/**
 * The page over the real program and the demo interviews, in a real browser with real video.
 *
 * ALOUD_URL is the address of a running `aloud serve`; ALOUD_QUERY a query with at least two moments in films that the
 * demo library holds (`museum` unless set).
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, openPage, screenshot } from './support/browser.mjs';
import { burntClock } from './support/burnt-clock.mjs';

const url = process.env.ALOUD_URL?.replace(/\/+$/, '');
const query = process.env.ALOUD_QUERY ?? 'museum';
const options = { skip: url ? false : 'ALOUD_URL is not set: start `aloud serve` over the demo library and name its address' };

/** How far playback may be from one second before the word. */
const TOLERANCE_S = 0.3;

/** A picture lasts a tenth of a second, and the next may be on its way. */
const CLOCK_TOLERANCE_S = 0.21;

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  if (url) browser = await launch();
});
after(() => browser?.close());

test('a search, a click on the second moment, and the film stands one second before the word', options, async () => {
  const { page, troubles, close } = await openPage(browser);
  await page.goto(`${url}/`);
  await page.locator('.landing').waitFor();
  await screenshot(page, 'demo-start');
  await page.locator('#search').fill(query);
  await page.locator('.hit mark').first().waitFor();
  await screenshot(page, 'demo-search');

  const hit = page.locator('.hit').nth(1);
  const asked = new URL(await hit.getAttribute('href') ?? '', url);
  const [id, start_ms] = await wordNamed(asked);
  await hit.click();
  await page.locator('.target').first().waitFor();
  await page.waitForFunction(() => {
    const media = document.querySelector('video, audio');
    return media instanceof HTMLMediaElement && media.readyState >= 2 && !media.seeking;
  });

  const wanted = Math.max(0, start_ms - 1000) / 1000;
  const media = page.locator('video, audio');
  const standing = await media.evaluate((m) => m.currentTime);
  assert.ok(Math.abs(standing - wanted) <= TOLERANCE_S, `playback of ${id} stands at ${standing} s, not at ${wanted} s`);
  assert.equal(await media.evaluate((m) => m.paused), true, 'nothing plays before somebody asks');
  const box = await page.locator('.target').first().boundingBox();
  assert.ok(box && box.y >= 0 && box.y + box.height <= 800, 'the word is in sight');
  await screenshot(page, 'demo-recording');
  assert.ok(await isClockRight(page), 'the clock in the picture shows where playback stands');

  await page.keyboard.press('k');
  await page.waitForFunction((from) => {
    const playing = document.querySelector('video, audio');
    return playing instanceof HTMLMediaElement && playing.currentTime > from + 1;
  }, standing);
  assert.equal(await page.locator('.transcript [aria-current]').count(), 1, 'the word being said is marked');
  await page.keyboard.press('k');
  await screenshot(page, 'demo-played');
  assert.ok(await isClockRight(page), 'the clock in the picture shows where playback came to');
  assert.deepEqual(troubles, []);
  await close();
});

test('a hit is played and read in place, narrowed down, seen as a picture, and found again by keys and a quoted link', options, async () => {
  const { page, troubles, close } = await openPage(browser);
  await page.goto(`${url}/?q=${encodeURIComponent(query)}`);
  const hit = page.locator('.hits > li', { has: page.locator('.tool-play') }).first();
  const start = Number(new URL(await hit.locator('a.hit').getAttribute('href') ?? '', url).searchParams.get('t'));
  await hit.locator('.tool-play').click();
  await page.waitForFunction((from) => {
    const media = document.querySelector('video, audio');
    return media instanceof HTMLMediaElement && !media.paused && media.currentTime > Math.max(0, from - 1) + 0.3;
  }, start);
  await hit.locator('.tool-read').click();
  await hit.locator('.around .matched').first().waitFor();
  await screenshot(page, 'demo-in-place');

  await page.locator('.facets a').first().click();
  await page.waitForFunction(() => document.querySelector('.facets [aria-current]') !== null);
  await page.locator('.facets [aria-current]').first().click();
  await page.waitForFunction(() => document.querySelector('.facets [aria-current]') === null);
  await page.locator('[data-again="as:picture"]').click();
  await page.locator('.picture-rows > li').first().waitFor();
  await screenshot(page, 'demo-picture');
  const table = await (await fetch(new URL(await page.locator('.download').getAttribute('href') ?? '', url))).text();
  assert.ok(table.trim().split('\r\n').length > 2, table);

  await page.goto(`${url}/?q=${encodeURIComponent(query)}`);
  await page.locator('a.hit').first().waitFor();
  await page.locator('#search').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.target').first().waitFor();
  await page.locator('.find-count', { hasText: /^1 / }).waitFor();
  await page.keyboard.press('n');
  await page.waitForFunction(() => document.querySelector('.find-count')?.textContent?.startsWith('2 ')
    || document.querySelector('.find-count')?.textContent?.startsWith('1 of 1'));
  assert.deepEqual(troubles, []);
  await close();
});

test('the library shows every recording', options, async () => {
  const { page, troubles, close } = await openPage(browser);
  const { recordings } = await (await fetch(`${url}/api/v1/recordings`)).json();
  await page.goto(`${url}/library`);
  await page.locator('.library-row').first().waitFor();
  assert.equal(await page.locator('.library-row').count(), recordings.length);
  await screenshot(page, 'demo-library');
  assert.deepEqual(troubles, []);
  await close();
});

/**
 * Asks the program itself which word a link names, and when it starts.
 * @param {URL} link
 * @returns {Promise<[string, number]>}
 */
async function wordNamed(link) {
  const id = link.pathname.split('/').at(-1) ?? '';
  const { words } = await (await fetch(`${url}/api/v1/recordings/${id}/transcript`)).json();
  const asked_ms = Math.round(Number(link.searchParams.get('t')) * 1000);
  assert.ok(words.start_ms.includes(asked_ms), `no word of ${id} starts at ${asked_ms} ms, where the link points`);
  return [id, asked_ms];
}

/**
 * Tells whether the clock in the film's picture shows where playback stands, to a picture of a tenth of a second.
 * @param {import('playwright-core').Page} page
 */
async function isClockRight(page) {
  const now = await page.locator('video').evaluate((/** @type {HTMLVideoElement} */ video) => video.currentTime);
  const shown = await burntClock(page, now);
  return shown !== null && Math.abs(shown - now) < CLOCK_TOLERANCE_S;
}
