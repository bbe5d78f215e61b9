/** What holds of every view: no finding of axe in light and dark, no sideways scrolling. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';

import { screenshot } from './support/browser.mjs';
import { CROWD, FAILED, HOSTILE, LONG, MUSEUM, RADIO, UNPLAYABLE, WAITING } from './support/library.mjs';
import { openLibrary } from './support/views.mjs';

const { on } = await openLibrary();

const VIEWS = {
  start: '/', help: '/', picture: '/?q=volunteers&as=picture', open: '/?q=patience', search: '/?q=volunteers%20museum', nothing: '/?q=volunteers%20xylophone', library: '/library', failed: `/r/${FAILED}`, crowd: `/r/${CROWD}`, unplayable: `/r/${UNPLAYABLE}`, missing: '/nowhere',
  recording: `/r/${MUSEUM}?t=19.050&q=volunteers`, audio: `/r/${RADIO}?q=volunteers`, long: `/r/${LONG}?t=5000&q=coordination`,
  hostile: `/r/${HOSTILE}?q=volunteers`, waiting: `/r/${WAITING}`, details: `/r/${MUSEUM}`, form: `/r/${MUSEUM}`,
};
/** What is done before a view is looked at. @type {Record<string, (page: import('playwright-core').Page) => Promise<void>>} */
const BEFORE = {
  async help(page) {
    await page.locator('.help').click();
    await page.locator('dialog').getByText('"local museum"').waitFor();
  },
  async open(page) {
    await page.locator('.tool-read').first().click();
    await page.locator('.around .paragraph').first().waitFor();
    await page.locator('.tool-play').first().click();
  },
  unplayable: (page) => page.getByRole('button', { name: /Make a copy/ }).waitFor(),
  recording: (page) => page.locator('.target').waitFor(),
  async details(page) {
    await page.locator('.details summary').click();
    await page.getByRole('button', { name: 'Title: take it' }).waitFor();
  },
  async form(page) {
    await page.locator('.details summary').click();
    await page.getByRole('button', { name: 'Edit details' }).click();
    await page.getByLabel('Speaker Interviewer').waitFor();
  },
};
/** 27,000 words take axe minutes; those of the first paragraphs are built as all others. */
const TOO_MUCH = '.transcript > :nth-child(n+4)';
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 320, height: 568 } };
/** The rules that may be kept in one scheme and broken in another. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];

// A view waits more than it works.
suite('views', { concurrency: 2 }, () => {
  for (const [name, path] of Object.entries(VIEWS)) {
    test(`${name}: no finding of axe in light and dark, no sideways scrolling at 320 px`, () => on(path, async (page) => {
      await page.locator('.answer > :not([aria-busy]), .recording, .library, .dead-end').first().waitFor();
      await BEFORE[name]?.(page);
      await page.evaluate(await readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'));
      /** @param {object} [rules] all unless given */
      const assertAccessible = async (rules) => {
        const { violations } = await page.evaluate((rules) => /** @type {any} */ (window).axe.run({ preload: false, ...rules }), rules);
        assert.deepEqual(violations.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))]), []);
      };
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await page.waitForTimeout(150);
        await screenshot(page, `${name}-${size}-light`);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(sideways <= 0, `scrolls sideways by ${sideways} px at ${viewport.width} px`);
      }
      await page.evaluate((rest) => document.querySelectorAll(rest).forEach((node) => node.remove()), TOO_MUCH);
      await assertAccessible();
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForTimeout(150);
      await screenshot(page, `${name}-narrow-dark`);
      await assertAccessible({ runOnly: OF_COLOUR });
      // axe styles what it measures, which the policy would refuse.
    }, { troubles: /404/, bypassCSP: true }));
  }
});
