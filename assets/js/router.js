/** The router shows the view of the current address and keeps both in step; links between views need no reload. */

import { readPlace, writePlace } from './lib/address.js';

/** @import { Place } from './lib/address.js' */

/**
 * @typedef {object} Page what a view is given
 * @property {HTMLElement} main where it builds itself
 * @property {AbortSignal} signal ends everything it began
 * @property {(place: Place, how: 'push' | 'replace') => void} write names in the address what the view already shows
 *
 * @typedef {object} View
 * @property {(place: Place) => boolean | Promise<void>} show shows another place of its kind; false when that takes a new
 *   view, a promise of when it stands where the reader is to be put where they were
 * @property {Promise<void>} [ready] when it stands, so that the reader can be put where they were; a view without it puts
 *   them in the right place itself
 *
 * @typedef {(page: Page, place: any) => View} OpenView
 */

/** How often the reader's place is written down while scrolling. */
const SCROLL_REST_MS = 150;

/**
 * Starts the page.
 * @param {Record<Place['view'], OpenView>} views
 * @param {HTMLElement} main
 * @param {(place: Place) => void} arrived called with every place shown
 */
export function start(views, main, arrived) {
  let ending = new AbortController();
  /** @type {View | null} */
  let view = null;

  /** @type {Page['write']} */
  const write = (place, how) => {
    if (how === 'push') leaveFor(writePlace(place));
    else history.replaceState(history.state, '', writePlace(place));
    arrived(place);
  };

  /** @param {boolean} coming whether the reader comes anew, and not back */
  const show = (coming) => {
    const place = readPlace(new URL(location.href));
    arrived(place);
    const shown = view?.show(place);
    if (shown && !coming) restoreScroll(shown, ending.signal);
    if (shown) return;
    const first = view === null;
    ending.abort();
    ending = new AbortController();
    main.replaceChildren();
    main.className = `view-${place.view}`;
    view = views[place.view]({ main, signal: ending.signal, write }, place);
    // Where the focus was is gone or behind; a screen reader goes on at the head of what is new.
    if (!first && !main.contains(document.activeElement)) main.focus({ preventScroll: true });
    if (coming) window.scrollTo(0, 0);
    else restoreScroll(view.ready, ending.signal);
  };

  history.scrollRestoration = 'manual';
  window.addEventListener('popstate', () => show(false));
  document.addEventListener('click', (event) => {
    const url = linkOf(event);
    if (url === null) return;
    event.preventDefault();
    if (url.href !== location.href) leaveFor(url);
    show(true);
  });
  rememberScroll();
  show(history.state?.scroll === undefined);
}

/**
 * Returns where a click leads when that is another place of this page, opened here.
 * @param {MouseEvent} event
 */
function linkOf(event) {
  const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (event.defaultPrevented || elsewhere || !link || link.target || link.hasAttribute('download')) return null;
  const url = new URL(link.href);
  const inPage = url.origin === location.origin && readPlace(url).view !== 'missing';
  const fragment = url.hash !== '' && url.pathname === location.pathname && url.search === location.search;
  return inPage && !fragment ? url : null;
}

/** Goes to another address; this one remembers where the reader was, even if that was reached this very moment. @param {URL | string} url */
function leaveFor(url) {
  history.replaceState({ ...history.state, scroll: window.scrollY }, '');
  history.pushState({}, '', url);
}

/** What leaves without a click of this page, as Back does, finds the place written down. */
function rememberScroll() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  window.addEventListener('scroll', () => {
    clearTimeout(timer);
    const entry = location.href;
    timer = setTimeout(() => {
      if (location.href === entry) history.replaceState({ ...history.state, scroll: window.scrollY }, '');
    }, SCROLL_REST_MS);
  }, { passive: true });
}

/**
 * @param {Promise<void> | boolean | undefined} ready
 * @param {AbortSignal} signal
 */
async function restoreScroll(ready, signal) {
  const [entry, scroll] = [location.href, history.state?.scroll];
  if (!(ready instanceof Promise)) return;
  await ready;
  if (!signal.aborted && location.href === entry && typeof scroll === 'number') window.scrollTo(0, scroll);
}
