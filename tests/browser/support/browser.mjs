/** A real Chromium, watched: errors in the console and refusals of the content security policy are collected. */

import { mkdir } from 'node:fs/promises';

import { chromium } from 'playwright-core';

const SCREENSHOTS = new URL('../../../target/screenshots/', import.meta.url).pathname;

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** @param {string[]} more arguments */
export function launch(more = []) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, headless: true, args: [...ARGUMENTS, ...more] });
}

const VIEWPORT = { width: 1280, height: 800 };

/** @typedef {{ page: import('playwright-core').Page, troubles: string[] }} Tab */
/** @type {Map<string, { context: Promise<import('playwright-core').BrowserContext>, idle: Tab[] }>} */
const contexts = new Map();

/**
 * Opens a page and collects what goes wrong on it. Pages that are opened alike share a cache, as tabs do: what the page is
 * made of is fetched once. A closed one is emptied and given out again, since a new one takes longer than most tests.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, options = {}) {
  const alike = JSON.stringify(options);
  const opened = contexts.get(alike) ?? { context: browser.newContext({ viewport: VIEWPORT, ...options }), idle: [] };
  contexts.set(alike, opened);
  const tab = opened.idle.pop() ?? (await newTab(await opened.context));
  const { page } = tab;
  const troubles = (tab.troubles = /** @type {string[]} */ ([]));
  const close = async () => {
    page.removeAllListeners('dialog');
    await page.evaluate(() => sessionStorage.clear()).catch(() => {});
    await page.goto('about:blank');
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(options.viewport ?? VIEWPORT);
    opened.idle.push(tab);
  };
  return { page, troubles, close };
}

/**
 * @param {import('playwright-core').BrowserContext} context
 * @returns {Promise<Tab>}
 */
async function newTab(context) {
  const page = await context.newPage();
  const tab = { page, troubles: /** @type {string[]} */ ([]) };
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && tab.troubles.push(message.text()));
  page.on('pageerror', (error) => tab.troubles.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return tab;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}
