/** The search: a box, and the moments that answer it. What is shown follows from the address alone. */

import { announce } from '../announce.js';
import { recordings, search, searchWithin, transcript } from '../api.js';
import { listen } from '../events.js';
import { MOST_SHOWN, searchPlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { latest, wasSuperseded } from '../lib/latest.js';
import { trouble } from '../parts/notice.js';
import { whenPressed } from '../parts/pressed.js';
import { obey } from '../recording/commands.js';
import { strings } from '../strings.js';
import { searchBox } from './box.js';
import { inPlace } from './in-place.js';
import { landing } from './landing.js';
import { nothingFound } from './nothing.js';
import { results } from './results.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Page, View } from '../router.js' */
/** @import { Answer, Event, Recording, Transcript } from '../wire.js' */
/** @import { InPlace } from './in-place.js' */
/** @import { Results } from './results.js' */

/**
 * @typedef {object} Standing what stands where answers stand
 * @property {HTMLElement} element
 * @property {{ results: Results, places: InPlace }} [found] where something was found
 * @property {(event: Event) => void} [heard]
 */

/**
 * @param {Page} page
 * @param {SearchPlace} first
 * @returns {View}
 */
export function searchView({ main, signal, write }, first) {
  const newest = latest(signal);
  const transcripts = rememberedTranscripts(signal);
  const place = el('div', { class: 'answer', tabindex: -1 });
  const box = searchBox(first.q, {
    ask(q, how) {
      const wanted = searchPlace(q, asked);
      write(wanted, how);
      show(wanted);
    },
    again() {
      if (shown === null) show(asked);
    },
    goDown: () => focusHit(place, 1),
  }, signal);
  main.append(el('h1', { class: 'hidden' }, strings.searchTitle), box.element, place);
  if (first.q === '') box.focus();

  let asked = first;
  /** What the answer is of; null while there is none. @type {SearchPlace | null} */
  let shown = null;
  /** @type {Standing | null} */
  let standing = null;
  let ending = new AbortController();

  /** @param {SearchPlace} wanted */
  const show = async (wanted) => {
    asked = wanted;
    document.title = strings.title(wanted.q === '' ? strings.searchTitle : wanted.q);
    place.setAttribute('aria-busy', 'true');
    try {
      const found = await newest((superseded) => ask(wanted, superseded));
      if ('answer' in found && shown && isMoreOf(asked, shown) && standing?.found) add(found.answer, standing.found);
      else put((within) => build(found, within));
      shown = asked;
    } catch (error) {
      if (wasSuperseded(error)) return;
      shown = null;
      put(() => ({ element: trouble(error, () => show(asked)) }));
    }
    place.removeAttribute('aria-busy');
  };

  /** Puts something else in its place, and the focus on what is the same there. @param {(within: AbortSignal) => Standing} build */
  const put = (build) => {
    ending.abort();
    ending = new AbortController();
    const focused = place.contains(document.activeElement) ? document.activeElement : null;
    standing = build(AbortSignal.any([signal, ending.signal]));
    place.replaceChildren(standing.element);
    standing.found?.places.show(asked.open);
    if (focused === null || focused === place) return;
    const again = focused.getAttribute('data-again');
    if (again !== null) focusOn(place, `[data-again="${CSS.escape(again)}"]`);
    if (document.activeElement === document.body) place.focus({ preventScroll: true });
  };

  /** @type {(answer: Answer, found: { results: Results, places: InPlace }) => void} */
  const add = (answer, { results, places }) => {
    const fresh = results.add(answer, asked);
    places.show(asked.open);
    announce(strings.found(answer.total_hits, answer.total_recordings));
    if (fresh) focusOn(fresh, 'a');
  };

  /** @type {(found: Found, within: AbortSignal) => Standing} */
  const build = (found, within) => {
    if ('all' in found) return landing(found.all, () => show(asked), within);
    const { answer } = found;
    if (answer.total_hits === 0 && answer.recordings.total === 0) {
      announce(strings.foundNothing);
      return { element: nothingFound(answer, asked.q, within) };
    }
    announce(strings.found(answer.total_hits, answer.total_recordings));
    const places = inPlace({
      transcript: transcripts,
      opened(open) {
        if (shown === null) return;
        shown = { ...shown, open };
        standing?.found?.results.link(shown);
        // Of a newer question, the address is named already.
        if (asked.q !== shown.q) return;
        asked = { ...asked, open };
        write(asked, 'replace');
      },
    }, within);
    const shows = results(answer, asked, places, place.querySelector('.facets'), within);
    return { element: shows.element, found: { results: shows, places } };
  };

  whenPressed((command) => obey(command, standing?.found?.places.media() ?? null, {
    next: () => focusHit(place, 1),
    previous: () => focusHit(place, -1),
  }), signal);
  listen({
    heard: (event) => standing?.heard?.(event),
    missed() {
      if (shown === null || standing?.heard) show(asked);
    },
  }, signal);

  return {
    show(to) {
      if (to.view !== 'search') return false;
      if (to.q !== asked.q) {
        box.set(to.q);
        window.scrollTo(0, 0);
      }
      return show(to);
    },
    ready: show(first),
  };
}

/** @typedef {{ all: Recording[] } | { answer: Answer }} Found */

/**
 * Asks what a place needs.
 * @param {SearchPlace} place
 * @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
async function ask({ q, sort, as, shown, all }, signal) {
  if (q.trim() === '') return { all: await recordings(signal) };
  const answer = await search({ q, sort, shown: as === 'picture' ? MOST_SHOWN : shown, facets: true }, signal);
  // An address may name any recording; of those that were found, the hits are asked for where they are listed.
  const whole = as === 'list' ? answer.groups.filter(({ recording, hits, total_hits }) => all.includes(recording.id) && hits.length < total_hits) : [];
  await Promise.all(whole.map(async (group) => {
    group.hits = (await searchWithin(q, group.recording.id, signal)).hits;
  }));
  return { answer };
}

/**
 * Tells whether places differ only in how much of the same answer they list.
 * @param {SearchPlace} a
 * @param {SearchPlace} b
 */
function isMoreOf(a, b) {
  return a.q === b.q && a.sort === b.sort && a.as === 'list' && b.as === 'list';
}

/**
 * Returns a reader of transcripts that asks for each one only until there is one.
 * @param {AbortSignal} signal
 */
function rememberedTranscripts(signal) {
  /** @type {Map<string, Promise<Transcript | null>>} */
  const known = new Map();
  return (/** @type {string} */ id) => {
    const read = known.get(id) ?? transcript(id, signal);
    known.set(id, read);
    read.then((there) => there ?? known.delete(id), () => known.delete(id));
    return read;
  };
}

/**
 * Moves the focus from hit to hit.
 * @param {HTMLElement} place
 * @param {1 | -1} step
 */
function focusHit(place, step) {
  const hits = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('a.hit')]);
  const inside = document.activeElement?.closest('.hits > li')?.querySelector('a.hit');
  const at = inside instanceof HTMLElement ? hits.indexOf(inside) : -1;
  hits[at < 0 ? (step > 0 ? 0 : hits.length - 1) : (at + step + hits.length) % hits.length]?.focus();
}

/**
 * @param {HTMLElement} inside
 * @param {string} selector
 */
function focusOn(inside, selector) {
  /** @type {HTMLElement | null} */ (inside.querySelector(selector))?.focus();
}
