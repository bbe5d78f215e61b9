/** A picture of the library: where in all recordings, and in which years, something is said. For looking, not reading. */

import { recordingPlace, searchPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { hasFilter, toggleFilter } from '../lib/filters.js';
import { ticksOf } from '../lib/ticks.js';
import { formatClock } from '../lib/time.js';
import { timeline } from '../parts/timeline.js';
import { strings } from '../strings.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Answer, Facet, Group } from '../wire.js' */

/** Marks that can be told apart over the whole width, and over the shortest row. */
const PLACES = { most: 150, fewest: 4 };

/** The times at which the axis is marked; more would touch on a narrow screen. */
const TICKS = 6;

/**
 * @param {Answer} answer
 * @param {SearchPlace} place
 * @param {AbortSignal} signal
 */
export function picture(answer, place, signal) {
  const longest = Math.max(1, ...answer.groups.map(({ recording }) => recording.duration_ms ?? 0));
  const left = answer.total_recordings - answer.groups.length;
  const years = answer.facets?.year;
  return el('div', { class: 'picture' },
    el('p', { class: 'quiet picture-how' }, strings.pictureHow),
    el('div', { class: 'axis', 'aria-hidden': 'true' }, ...ticksOf(longest, TICKS).map((ms) => {
      const tick = el('span', {}, formatClock(ms));
      tick.style.setProperty('--at', String(ms / longest));
      return tick;
    })),
    el('ol', { class: 'picture-rows', role: 'list' }, ...answer.groups.map((group) => row(group, longest, place.q, signal))),
    left > 0 && el('p', { class: 'quiet' }, strings.pictureLeft(left)),
    years && years.values.length > 0 && yearBars(years, answer.total_hits, place),
  );
}

/**
 * @param {Group} group
 * @param {number} longest
 * @param {string} q
 * @param {AbortSignal} signal
 */
function row({ recording, positions_ms, total_hits }, longest, q, signal) {
  const share = (recording.duration_ms ?? 0) / longest;
  const places = Math.max(PLACES.fewest, Math.round(PLACES.most * share));
  const bar = el('div', { class: 'picture-time' }, timeline(recording, positions_ms, q, signal, places));
  bar.style.setProperty('--share', String(share));
  return el('li', {},
    el('a', { class: 'picture-title', href: writePlace(recordingPlace(recording.id, { q })), title: recording.title }, el('bdi', {}, recording.title)),
    el('span', { class: 'facts' }, strings.hitsIn(total_hits)),
    bar,
  );
}

/**
 * @param {Facet} years
 * @param {number} total_hits
 * @param {SearchPlace} place
 */
function yearBars({ values, more }, total_hits, place) {
  const most = Math.max(...values.map(({ hits }) => hits));
  const dated = values.reduce((sum, { hits }) => sum + hits, 0);
  const filtered = values.some(({ value }) => hasFilter(place.q, 'date', value));
  const bars = [...values].sort((a, b) => a.value.localeCompare(b.value)).map(({ value, hits }) => {
    const bar = el('span', { class: 'year-bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', String(hits / most));
    const href = writePlace(searchPlace(toggleFilter(place.q, 'date', value), place));
    const current = hasFilter(place.q, 'date', value) ? 'true' : null;
    return el('li', {}, el('a', { href, 'data-again': `year:${value}`, 'aria-current': current }, value), bar, el('span', { class: 'facts' }, strings.hitsIn(hits)));
  });
  return el('section', { 'aria-labelledby': 'years-title' },
    el('h2', { id: 'years-title' }, strings.yearsTitle),
    el('ol', { class: 'years', role: 'list' }, ...bars),
    more > 0 && el('p', { class: 'quiet' }, strings.facetMore(more)),
    // What is said in years that are not named cannot be told from what is said in none.
    !filtered && more === 0 && total_hits > dated && el('p', { class: 'quiet' }, strings.yearsUnknown(total_hits - dated)),
  );
}
