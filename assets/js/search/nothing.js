import { search } from '../api.js';
import { searchPlace, writePlace } from '../lib/address.js';
import { apart } from '../lib/bidi.js';
import { el } from '../lib/dom.js';
import { trialOf } from '../lib/query.js';
import { understanding } from '../parts/understanding.js';
import { strings } from '../strings.js';
import { coverageLine } from './coverage.js';

/** @import { Answer, Suggestions } from '../wire.js' */

/** More parts than this are not tried one by one. */
const MOST_PARTS = 6;

/**
 * Says that nothing was found, which parts of the query are said at all, and what may help.
 * @param {Answer} answer
 * @param {string} q
 * @param {AbortSignal} signal
 */
export function nothingFound(answer, q, signal) {
  const alone = el('section');
  tryAlone(q, alone, signal).catch(() => alone.remove());
  const { waiting } = answer.coverage;
  const tips = waiting > 0 ? [...strings.tipList, strings.tipWaiting(waiting)] : strings.tipList;
  return el('section', { class: 'nothing' },
    el('div', { class: 'result-head' },
      el('p', { class: 'summary' }, strings.nothingFor(strings.quoted(apart(q.trim())))),
      coverageLine(answer.coverage),
      ...understanding(answer, q),
    ),
    ...suggested(answer.suggestions),
    alone,
    el('section', {}, el('h2', {}, strings.tips), el('ul', {}, ...tips.map((tip) => el('li', {}, tip)))),
  );
}

/**
 * Offers queries that find something: with words that are said in place of those that never are, or asking less.
 * @param {Suggestions | null} suggestions
 */
function suggested(suggestions) {
  if (!suggestions) return [];
  const { instead, without } = suggestions;
  const item = (/** @type {string} */ query, /** @type {number} */ hits, /** @type {string} */ why) => el('li', {},
    why, ' ', el('a', { href: writePlace(searchPlace(query)) }, el('bdi', {}, query)), ' ',
    el('span', { class: 'quiet' }, strings.hitsIn(hits)),
  );
  const items = [
    ...instead.map(({ query, hits }) => item(query, hits, strings.didYouMean)),
    ...without.map(({ left_out, query, hits }) => item(query, hits, strings.withoutThis(left_out && apart(left_out)))),
  ];
  return items.length === 0 ? [] : [el('ul', { class: 'alone suggested', role: 'list' }, ...items)];
}

/**
 * @param {string} q
 * @param {HTMLElement} place
 * @param {AbortSignal} signal
 */
async function tryAlone(q, place, signal) {
  const { parts: all, isAll } = trialOf(q);
  if (all.length === 0) return place.remove();
  const parts = all.slice(0, MOST_PARTS);
  const counts = await Promise.all(parts.map(async (part) => (await search({ q: part, shown: 1 }, signal)).total_hits));
  // A filter or what is excluded may be what keeps them from being found.
  const together = isAll && parts.length === all.length && counts.every((count) => count > 0);
  place.append(
    el('h2', {}, together ? strings.nothingTogether : strings.nothingAlone),
    el('ul', { class: 'alone', role: 'list' }, ...parts.map((part, index) => {
      const count = counts[index] ?? 0;
      return el('li', {},
        count > 0 ? el('a', { href: writePlace(searchPlace(part)) }, el('bdi', {}, part)) : el('s', {}, el('bdi', {}, part)), ' ',
        el('span', { class: 'quiet' }, count > 0 ? strings.hitsIn(count) : strings.never),
      );
    })),
  );
}
