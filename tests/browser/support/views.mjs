/** Views of the page over a made-up library, in a real browser. */

import assert from 'node:assert/strict';
import { after } from 'node:test';

import { launch, openPage } from './browser.mjs';
import { startMockServer } from './mock-server.mjs';

/** @type {ReturnType<typeof start> | undefined} */
let started;

/** Starts a made-up library and a browser, once in a process; both end with the tests. */
export function openLibrary() {
  return (started ??= start());
}

async function start() {
  const server = await startMockServer();
  const browser = await launch();
  after(async () => {
    await browser.close();
    await server.close();
  });

  /**
   * Opens a path, does something with the page, and asserts that nothing went wrong on the way.
   * @param {string} path
   * @param {(page: import('playwright-core').Page) => Promise<void>} act
   * @param {import('playwright-core').BrowserContextOptions & { troubles?: RegExp }} [options]
   */
  async function on(path, act, { troubles: expected, ...options } = {}) {
    const { page, troubles, close } = await openPage(browser, options);
    try {
      await page.goto(server.url + path);
      await page.locator('nav').waitFor();
      await act(page);
      assert.deepEqual(troubles.filter((trouble) => !expected?.test(trouble)), []);
    } finally {
      await close();
    }
  }
  return { on, server };
}

/** Makes the page think that nobody looks at it, or that somebody does. */
export const setHidden = (page, hidden) => page.evaluate((is) => {
  Object.defineProperty(document, 'hidden', { value: is, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

export const currentTime = (page) => page.locator('video, audio').evaluate((media) => media.currentTime);
export const until = (page, condition, argument) => page.waitForFunction(condition, argument, { timeout: 10_000 });
export const addressOf = (page) => new URL(page.url()).pathname + new URL(page.url()).search;

/** The share of the window's height at which the marked word stands, and whether it is what one sees there. */
export const whereTarget = (page) => page.locator('.target').first().evaluate((word) => {
  const box = word.getBoundingClientRect();
  const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return { at: box.top / innerHeight, seen: seen === word };
});
