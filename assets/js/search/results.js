import { STEP, recordingPlace, writePlace } from '../lib/address.js';
import { arrange } from '../lib/arrange.js';
import { el } from '../lib/dom.js';
import { understanding } from '../parts/understanding.js';
import { strings } from '../strings.js';
import { coverageLine } from './coverage.js';
import { facetList } from './facets.js';
import { groupItem } from './group.js';
import { picture } from './picture.js';
import { toolbar } from './toolbar.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Answer, GroupRecording, Named } from '../wire.js' */
/** @import { GroupItem } from './group.js' */
/** @import { InPlace } from './in-place.js' */

/**
 * @typedef {object} Results
 * @property {HTMLElement} element
 * @property {(answer: Answer, place: SearchPlace) => HTMLElement | null} add shows more or fewer of the same; what stays is
 *   left alone, for it may be playing. Returns the first that is new
 * @property {(place: SearchPlace) => void} link writes its links for another place
 */

/**
 * Shows an answer: moments, grouped by recording, or where they lie; beside them what may narrow them down.
 * @param {Answer} answer
 * @param {SearchPlace} place
 * @param {InPlace} inPlace
 * @param {Element | null} before the facets that stood there
 * @param {AbortSignal} signal
 * @returns {Results}
 */
export function results(answer, place, inPlace, before, signal) {
  const wide = matchMedia('(min-width: 60rem)').matches;
  const facets = answer.facets && facetList(answer.facets, place, wide, before);
  const found = place.as === 'picture' ? null : list(place.q, inPlace, signal);
  const shown = found?.element ?? picture(answer, place, signal);
  let tools = toolbar(place);
  found?.add(answer, place);
  const element = el('section', { class: 'results', 'aria-label': strings.found(answer.total_hits, answer.total_recordings) },
    el('div', { class: 'result-head' },
      el('p', { class: 'summary' }, strings.found(answer.total_hits, answer.total_recordings)),
      coverageLine(answer.coverage),
      ...understanding(answer, place.q),
      ...named(answer.recordings),
      answer.total_hits > 0 && tools,
    ),
    // Beside the results they come after them for the keyboard, too.
    ...wide ? [shown, facets] : [facets, shown],
  );
  const linkTools = (/** @type {SearchPlace} */ now) => {
    const next = toolbar(now);
    tools.replaceWith(next);
    tools = next;
  };
  return {
    element,
    add(more, now) {
      linkTools(now);
      return found?.add(more, now) ?? null;
    },
    link(now) {
      linkTools(now);
      found?.link(now);
    },
  };
}

/**
 * @param {string} q
 * @param {InPlace} inPlace
 * @param {AbortSignal} signal
 */
function list(q, inPlace, signal) {
  /** @type {Map<string, GroupItem>} */
  const known = new Map();
  const groups = el('ol', { class: 'groups', role: 'list' });
  const more = el('a', { class: 'more' });
  const foot = el('p', {}, more);

  const link = (/** @type {SearchPlace} */ place) => {
    more.href = writePlace({ ...place, shown: groups.childElementCount + STEP });
    for (const item of known.values()) item.link(place);
  };
  return {
    element: el('div', { class: 'result-list' }, groups, foot),
    add(/** @type {Answer} */ answer, /** @type {SearchPlace} */ place) {
      /** @type {(HTMLElement | null)[]} */
      const firstHits = [];
      const items = answer.groups.map((group) => {
        const { id } = group.recording;
        const before = known.get(id);
        const item = before?.revision === group.revision ? before : groupItem(group, q, inPlace, signal);
        known.set(id, item);
        firstHits.push(item.show(group, place));
        return item.element;
      });
      const firstGroup = arrange(groups, items);
      const left = answer.total_recordings - answer.groups.length;
      more.textContent = strings.moreRecordings(left);
      foot.hidden = left <= 0;
      link(place);
      return firstGroup ?? firstHits.find((hit) => hit !== null) ?? null;
    },
    link,
  };
}

/**
 * Names the recordings whose title, people, place or description hold what was asked for.
 * @param {Named} recordings
 */
function named({ total, first }) {
  if (total === 0) return [];
  const link = (/** @type {GroupRecording} */ { id, title }) =>
    el('li', {}, el('a', { href: writePlace(recordingPlace(id)) }, el('bdi', {}, title)));
  return [
    el('p', {}, strings.namedRecordings(total)),
    el('ul', { class: 'named', role: 'list' }, ...first.map(link),
      total > first.length && el('li', { class: 'quiet' }, strings.facetMore(total - first.length))),
  ];
}
