/** The view that searches, over a made-up library. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LONG, MUSEUM } from './support/library.mjs';
import { addressOf, openLibrary, until } from './support/views.mjs';

const { on, server } = await openLibrary();

test('typing shows moments, keeps the address, and announces the count', () => on('/', async (page) => {
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
  await page.keyboard.type('volunteers');
  await page.locator('.hit mark').first().waitFor();
  await until(page, () => document.getElementById('announcements')?.textContent?.includes('recordings'));
  assert.equal(addressOf(page), '/?q=volunteers');
  assert.equal(await page.title(), 'volunteers – aloud');
  assert.match(await page.locator('.coverage').innerText(), /5 of 8 recordings searched · 2 waiting · 1 failed/);
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
    await page.waitForTimeout(400);
    const scrolled = await page.evaluate(() => window.scrollY);
    assert.ok(scrolled > 500);
    await page.locator('.hits > li').nth(20).locator('a').click();
    await page.locator('.target').waitFor();
    await page.goBack();
    await until(page, (y) => Math.abs(window.scrollY - y) < 120, scrolled);
  }));
