/** The search: a box, and the moments that answer it. What is shown follows from the address alone. */

import { announce } from '../announce.js';
import { recordings, search, searchWithin, transcript } from '../api.js';
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
/** @import { Transcript } from '../wire.js' */

/**
 * @param {Page} page
 * @param {SearchPlace} first
 * @returns {View}
 */
export function searchView({ main, signal, write }, first) {
  const newest = latest(signal);
  const transcripts = rememberedTranscripts(signal);
  const place = el('div', { class: 'answer' });
  const box = searchBox(first.q, (q, how) => {
    const wanted = searchPlace(q, asked);
    write(wanted, how);
    show(wanted);
  }, () => focusHit(place, 1), signal);
  main.append(el('h1', { class: 'hidden' }, strings.searchTitle), box.element, place);
  if (first.q === '') box.focus();

  let asked = first;
  /** @type {SearchPlace | null} */
  let shown = null;
  let standing = new AbortController();
  /** @type {() => HTMLMediaElement | null} */
  let media = () => null;

  /** @param {SearchPlace} wanted */
  const show = async (wanted) => {
    const { q } = wanted;
    asked = wanted;
    document.title = strings.title(q === '' ? strings.searchTitle : q);
    place.setAttribute('aria-busy', 'true');
    try {
      const found = await newest((ending) => ask(wanted, ending));
      standing.abort();
      standing = new AbortController();
      place.replaceChildren(build(wanted, found, AbortSignal.any([signal, standing.signal])));
      if (shown?.q === q) focusNew(place, shown, wanted);
      shown = wanted;
    } catch (error) {
      if (wasSuperseded(error)) return;
      place.replaceChildren(trouble(error, () => show(wanted)));
    }
    place.removeAttribute('aria-busy');
  };

  /** @type {(wanted: SearchPlace, found: Found, ending: AbortSignal) => HTMLElement} */
  const build = (wanted, found, ending) => {
    media = () => null;
    if ('all' in found) return landing(found.all);
    const { answer } = found;
    if (answer.total_hits === 0 && answer.recordings.total === 0) {
      announce(strings.foundNothing);
      return nothingFound(answer, wanted.q, ending);
    }
    announce(strings.found(answer.total_hits, answer.total_recordings));
    const places = inPlace({
      open: wanted.open,
      transcript: transcripts,
      opened(open) {
        shown = asked = { ...asked, open };
        write(asked, 'replace');
      },
    }, ending);
    media = places.media;
    return results(answer, wanted, places, ending);
  };

  whenPressed((command) => obey(command, media(), {
    next: () => focusHit(place, 1),
    previous: () => focusHit(place, -1),
  }), signal);

  return {
    show(to) {
      if (to.view !== 'search') return false;
      if (to.q !== shown?.q) {
        box.set(to.q);
        window.scrollTo(0, 0);
      }
      return show(to);
    },
    ready: show(first),
  };
}

/** @typedef {{ all: import('../wire.js').Recording[] } | { answer: import('../wire.js').Answer }} Found */

/**
 * Asks what a place needs.
 * @param {SearchPlace} place
 * @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
async function ask({ q, sort, as, shown, all }, signal) {
  if (q.trim() === '') return { all: await recordings(signal) };
  const [answer, ...whole] = await Promise.all([
    search({ q, sort, shown: as === 'picture' ? MOST_SHOWN : shown, facets: true }, signal),
    ...all.map((id) => searchWithin(q, id, signal)),
  ]);
  for (const group of answer.groups) {
    const index = all.indexOf(group.recording.id);
    group.hits = whole[index]?.hits ?? group.hits;
  }
  return { answer };
}

/**
 * Returns a reader of transcripts that asks for each one only once.
 * @param {AbortSignal} signal
 */
function rememberedTranscripts(signal) {
  /** @type {Map<string, Promise<Transcript | null>>} */
  const known = new Map();
  return (/** @type {string} */ id) => {
    const read = known.get(id) ?? transcript(id, signal);
    known.set(id, read);
    read.catch(() => known.delete(id));
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
 * Puts the focus on the first thing that a link has added, or on the link that took its place, for it is gone itself.
 * @param {HTMLElement} place
 * @param {SearchPlace} before
 * @param {SearchPlace} now
 */
function focusNew(place, before, now) {
  const opened = now.all.find((id) => !before.all.includes(id));
  const closed = before.all.find((id) => !now.all.includes(id));
  const focus = (/** @type {string} */ selector) => /** @type {HTMLElement | null} */ (place.querySelector(selector))?.focus();
  if (opened) focus(`#group-${CSS.escape(opened)} .hits > :nth-child(4) a`);
  else if (closed) focus(`#group-${CSS.escape(closed)} .more`);
  else if (now.shown > before.shown) focus(`.groups > :nth-child(${before.shown + 1}) h2 a`);
  else if (now.as !== before.as) focus('.choices:first-child [aria-current]');
  else if (now.sort !== before.sort) focus('.choices:nth-child(2) [aria-current]');
}
