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

/** @type {Map<string, Promise<import('playwright-core').BrowserContext>>} */
const contexts = new Map();

/**
 * Opens a page of its own and collects what goes wrong on it. Pages that are opened alike share a cache, as tabs do:
 * what the page is made of is fetched once.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, options = {}) {
  const alike = JSON.stringify(options);
  const opened = contexts.get(alike) ?? browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  contexts.set(alike, opened);
  const page = await (await opened).newPage();
  /** @type {string[]} */
  const troubles = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return { page, troubles, close: () => page.close() };
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}
