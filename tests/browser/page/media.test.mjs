/** What becomes of media that cannot be played. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GONE, MUSEUM, RADIO, UNPLAYABLE, recordings } from '../support/library.mjs';
import { currentTime, openLibrary, setHidden, until } from '../support/views.mjs';

const { on, server } = await openLibrary();

test('a film that does not play says which codec, and a copy is made, played at the same time, and deleted', () =>
  on(`/r/${UNPLAYABLE}?t=20&q=volunteers`, async (page) => {
    await page.getByText('cannot play the media file (video/x-msvideo, MPEG-4 video, AC-3)').waitFor();
    await page.getByRole('button', { name: 'Make a copy that plays here' }).click();
    await page.locator('.player progress').waitFor();
    await page.getByText('This is a copy made for browsers.').waitFor();
    assert.ok(server.asked.includes(`POST /api/v1/recordings/${UNPLAYABLE}/access`));
    await until(page, () => document.querySelector('video')?.currentTime === 19);
    // Where player and text stand below each other, a notice would leave no room for the text.
    await page.setViewportSize({ width: 360, height: 640 });
    assert.equal(await page.locator('.stage').evaluate((stage) => getComputedStyle(stage).position), 'static');
    await page.getByRole('button', { name: 'Delete the copy' }).click();
    await page.getByRole('button', { name: 'Make a copy that plays here' }).waitFor();
  }));

test('a server that has too much to do is not taken for a missing file, and does not end the waiting for a copy', () => {
  server.refuse(`HEAD /media/${UNPLAYABLE}`);
  return on(`/r/${UNPLAYABLE}`, async (page) => {
    await page.getByText('The server could not answer.').waitFor();
    await page.locator('.player').getByRole('button', { name: 'Try again' }).click();
    await page.getByText('(video/x-msvideo, MPEG-4 video, AC-3). The transcript can still be read.').waitFor();
    await page.getByRole('button', { name: 'Make a copy that plays here' }).click();
    await page.locator('.player progress').waitFor();
    server.refuse(`GET /api/v1/recordings/${UNPLAYABLE}/access`);
    await page.getByRole('button', { name: 'Delete the copy' }).click();
    await page.getByRole('button', { name: 'Make a copy that plays here' }).click();
    await page.locator('.player progress').waitFor();
    // Who leaves meanwhile ends it without a word.
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.waitForTimeout(1100);
    await fetch(`${server.url}/api/v1/recordings/${UNPLAYABLE}/access`, { method: 'DELETE' });
  }, { troubles: /503/ });
});

test('where no copy can be made the command is shown', async () => {
  server.canCopy(false);
  try {
    await on(`/r/${UNPLAYABLE}`, async (page) => {
      assert.match(await page.locator('.player pre').innerText(), /^ffmpeg -i '\/talks\/old\.avi'/);
      assert.equal(await page.locator('.player button').count(), 0);
    });
  } finally {
    server.canCopy(true);
  }
});

test('a recording without a picture shows where people speak; a click plays from there', () => on(`/r/${RADIO}?q=volunteers`, async (page) => {
  const strip = page.locator('.strip');
  await strip.waitFor();
  assert.match(await strip.locator('path').getAttribute('d') ?? '', /^M\d+ 1V/);
  const box = await strip.boundingBox();
  assert.ok(box);
  await strip.click({ position: { x: box.width / 2, y: 10 } });
  await until(page, () => document.querySelector('audio')?.paused === false && Math.abs((document.querySelector('audio')?.currentTime ?? 0) - 44) < 1);
}));

test('a server that is gone is not taken for a missing file; the page goes on when it is back', () =>
  on(`/r/${MUSEUM}?t=30`, async (page) => {
    await until(page, () => document.querySelector('video')?.currentTime === 29);
    server.goAway(true);
    try {
      await page.locator('.connection', { hasText: 'goes on by itself' }).waitFor();
      await page.locator('video').evaluate((video) => (video.src += '?not-in-the-cache'));
      await page.getByText('The server does not answer. Is aloud').waitFor();
    } finally {
      server.goAway(false);
    }
    await page.locator('.connection').waitFor({ state: 'hidden' });
    await page.locator('.player').getByRole('button', { name: 'Try again' }).click();
    await until(page, () => (document.querySelector('video')?.readyState ?? 0) >= 2);
    assert.ok(await currentTime(page) >= 0);
  }, { troubles: /ERR_|Failed to fetch/ }));

test('a recording that is removed while it is read says so, and falls silent', () => on(`/r/${MUSEUM}?t=30`, async (page) => {
  await page.locator('.target').waitFor();
  await page.keyboard.press('k');
  await until(page, () => document.querySelector('video')?.paused === false);
  server.tell({ type: 'removed', id: MUSEUM });
  await page.getByText('This recording was removed from the library.').first().waitFor();
  assert.equal(await page.locator('video').evaluate((video) => video.paused), true);
  assert.ok(await page.locator('.transcript p').count() > 0);
}));

test('so does one that was removed while nobody looked', () => on(`/r/${GONE}`, async (page) => {
  await page.locator('.transcript p').first().waitFor();
  await setHidden(page, true);
  const [removed] = recordings.splice(recordings.findIndex(({ id }) => id === GONE), 1);
  try {
    await setHidden(page, false);
    await page.getByText('This recording was removed from the library.').first().waitFor();
  } finally {
    recordings.push(removed);
  }
}, { troubles: /404/ }));
