/** Measures how fast the page is over a made-up library with a three-hour recording, and writes it into docs/page.md. */

import { readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { launch } from './support/browser.mjs';
import { LONG, recordings, transcripts } from './support/library.mjs';
import { startMockServer } from './support/mock-server.mjs';
import { pageBytes } from './support/page-bytes.mjs';

const DOCUMENT = new URL('../../docs/page.md', import.meta.url);
const [BEGIN, END] = ['<!-- figures; written by just page-figures -->\n', '<!-- end of figures -->'];

/** Each figure is the median of so many. */
const TIMES = 5;

/** How long the three-hour transcript is scrolled while it plays. */
const SCROLLED_MS = 5000;

// Somebody has its film, though a shorter one.
Object.assign(recordings.find(({ id }) => id === LONG)?.media ?? {}, { available: true });
const server = await startMockServer();
const browser = await launch();
const system = await browser.newBrowserCDPSession();

/** Returns the processor time that the browser has used, all its processes together, in milliseconds. */
async function processorTime() {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
}

/**
 * @param {string} path
 * @param {(page: import('playwright-core').Page) => Promise<number>} measure
 * @returns {Promise<{ value: number, processor: number }>} medians; of the processor time with all that was done before
 */
async function median(path, measure) {
  const values = [];
  const processor = [];
  for (let time = 0; time < TIMES; time++) {
    // A context of its own: nothing is in its cache.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(watch);
    const before = await processorTime();
    await page.goto(server.url + path);
    values.push(await measure(page));
    processor.push((await processorTime()) - before);
    await context.close();
  }
  const middle = (/** @type {number[]} */ of) => of.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
  return { value: middle(values), processor: middle(processor) };
}

/** Runs in the page before everything else: notes when what is looked for is first painted, and tasks that last long. */
function watch() {
  const seen = /** @type {any} */ (window);
  seen.painted = (/** @type {string} */ selector) => new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(selector)) requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      else requestAnimationFrame(look);
    };
    look();
  });
  seen.longTasks = [];
  new PerformanceObserver((list) => seen.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ entryTypes: ['longtask'] });
}

const painted = (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ selector) =>
  page.evaluate((wanted) => /** @type {any} */ (window).painted(wanted), selector);

const usable = await median('/', (page) => painted(page, '.landing'));

const results = await median('/', async (page) => {
  await page.locator('.landing').waitFor();
  await page.locator('#search').fill('museum');
  const at = await painted(page, '.hit mark');
  return page.evaluate((shown) => {
    const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/search?'));
    return shown - /** @type {PerformanceResourceTiming} */ (asked[0]).responseEnd;
  }, at);
});

const opened = await median(`/r/${LONG}?t=7500&q=coordination`, (page) => painted(page, '.target'));

const fromHit = await median('/?q=coordination', async (page) => {
  await page.locator('.hit').first().waitFor();
  const began = await page.evaluate(() => performance.now());
  await page.locator('.hit').first().click();
  return (await painted(page, '.target')) - began;
});

let tasks = 0;
const longest = await median(`/r/${LONG}?t=20`, async (page) => {
  await page.locator('.target').waitFor();
  await page.keyboard.press('k');
  await page.waitForTimeout(1500);
  await page.evaluate(() => (/** @type {any} */ (window).longTasks.length = 0));
  await page.mouse.move(900, 400);
  for (const until = Date.now() + SCROLLED_MS; Date.now() < until;) {
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(30);
  }
  const durations = await page.evaluate(() => /** @type {number[]} */ (/** @type {any} */ (window).longTasks));
  tasks += durations.length;
  return Math.max(0, ...durations);
});

await browser.close();
await server.close();

const ms = (/** @type {number} */ value) => `${Math.round(value)} ms`;
const both = (/** @type {{ value: number, processor: number }} */ { value, processor }) => `${ms(value)}; processor time ${ms(processor)}`;
const { bytes, files } = await pageBytes();
const words = transcripts.get(LONG).words.text.length.toLocaleString('en');
const rows = [
  ['all that a browser loads, compressed (goal 100 kB)', `${(bytes / 1000).toFixed(1)} kB in ${files} files`],
  ['from the address to a page that can be used, nothing kept (goal 500 ms)', both(usable)],
  ['from an answer to its results on the screen (goal 100 ms)', ms(results.value)],
  [`a recording of three hours, ${words} words: from the address to the word, nothing kept (goal 1 s)`, both(opened)],
  ['the same from a hit', ms(fromHit.value)],
  [`tasks of more than 50 ms while it plays and is scrolled for ${TIMES} times 5 s (goal none)`, `${tasks}, the longest of a time ${ms(longest.value)}`],
];
const table = `Medians of ${TIMES} in Chromium on a shared machine with two cores that had ${loadavg()[0]?.toFixed(0)} things to do at once, over a made-up library;\nprocessor time is that of all the browser’s processes together. \`just page-figures\` measures again.\n\n`
  + `| | |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`;
const text = await readFile(DOCUMENT, 'utf8');
await writeFile(DOCUMENT, text.slice(0, text.indexOf(BEGIN) + BEGIN.length) + table + text.slice(text.indexOf(END)));
console.log(table);
