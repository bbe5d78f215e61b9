/** The search: a box, and the moments that answer it. What is shown follows from the address alone. */

import { announce } from '../announce.js';
import { recordings, search, searchWithin } from '../api.js';
import { searchPlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { latest, wasSuperseded } from '../lib/latest.js';
import { trouble } from '../parts/notice.js';
import { strings } from '../strings.js';
import { searchBox } from './box.js';
import { landing } from './landing.js';
import { nothingFound } from './nothing.js';
import { results } from './results.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Page, View } from '../router.js' */

/**
 * @param {Page} page
 * @param {SearchPlace} first
 * @returns {View}
 */
export function searchView({ main, signal, write }, first) {
  const newest = latest(signal);
  const place = el('div', { class: 'answer' });
  const box = searchBox(first.q, (q, how) => {
    write(searchPlace(q), how);
    show(searchPlace(q));
  }, signal);
  main.append(el('h1', { class: 'hidden' }, strings.searchTitle), box.element, place);
  if (first.q === '') box.focus();

  /** @type {SearchPlace | null} */
  let shown = null;

  /** @param {SearchPlace} wanted */
  const show = async (wanted) => {
    const { q } = wanted;
    document.title = strings.title(q === '' ? strings.searchTitle : q);
    place.setAttribute('aria-busy', 'true');
    try {
      const content = await newest((ending) => answer(wanted, ending, signal));
      place.replaceChildren(content);
      if (shown?.q === q) focusNew(place, shown, wanted);
      shown = wanted;
    } catch (error) {
      if (wasSuperseded(error)) return;
      place.replaceChildren(trouble(error, () => show(wanted)));
    }
    place.removeAttribute('aria-busy');
  };

  return {
    show(to) {
      if (to.view !== 'search') return false;
      if (to.q !== shown?.q) {
        box.set(to.q);
        window.scrollTo(0, 0);
      }
      show(to);
      return true;
    },
    ready: show(first),
  };
}

/**
 * Asks what a place needs and builds it.
 * @param {SearchPlace} place
 * @param {AbortSignal} asking ends the questions
 * @param {AbortSignal} standing ends what was built
 */
async function answer({ q, shown, all }, asking, standing) {
  if (q.trim() === '') return landing(await recordings(asking));
  const [found, ...whole] = await Promise.all([
    search(q, shown, asking),
    ...all.map((id) => searchWithin(q, id, asking)),
  ]);
  for (const group of found.groups) {
    const index = all.indexOf(group.recording.id);
    group.hits = whole[index]?.hits ?? group.hits;
  }
  if (found.total_hits > 0 || found.recordings.total > 0) {
    announce(strings.found(found.total_hits, found.total_recordings));
    return results(found, { q, shown, all }, standing);
  }
  announce(strings.foundNothing);
  return nothingFound(found, q, standing);
}

/**
 * Puts the focus on the first thing that a link has added, for the link itself is gone.
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
}
