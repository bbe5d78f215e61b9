import { STEP, recordingPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { facts } from '../parts/recording-state.js';
import { timeline } from '../parts/timeline.js';
import { understanding } from '../parts/understanding.js';
import { strings } from '../strings.js';
import { coverageLine } from './coverage.js';
import { facetList } from './facets.js';
import { hitItem } from './hit.js';
import { picture } from './picture.js';
import { toolbar } from './toolbar.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Answer, Group, GroupRecording, Named } from '../wire.js' */
/** @import { InPlace } from './in-place.js' */

/**
 * Shows an answer: moments, grouped by recording, or where they lie; beside them what may narrow them down.
 * @param {Answer} answer
 * @param {SearchPlace} place
 * @param {InPlace} inPlace
 * @param {AbortSignal} signal
 */
export function results(answer, place, inPlace, signal) {
  const wide = matchMedia('(min-width: 60rem)').matches;
  const facets = answer.facets && facetList(answer.facets, place, wide);
  const found = place.as === 'picture' ? picture(answer, place, signal) : list(answer, place, inPlace, signal);
  return el('section', { class: 'results', 'aria-label': strings.found(answer.total_hits, answer.total_recordings) },
    el('div', { class: 'result-head' },
      el('p', { class: 'summary' }, strings.found(answer.total_hits, answer.total_recordings)),
      coverageLine(answer.coverage),
      ...understanding(answer, place.q),
      ...named(answer.recordings),
      answer.total_hits > 0 && toolbar(place),
    ),
    // Beside the results they come after them for the keyboard, too.
    ...wide ? [found, facets] : [facets, found],
  );
}

/**
 * @param {Answer} answer
 * @param {SearchPlace} place
 * @param {InPlace} inPlace
 * @param {AbortSignal} signal
 */
function list(answer, place, inPlace, signal) {
  const left = answer.total_recordings - answer.groups.length;
  return el('div', { class: 'result-list' },
    el('ol', { class: 'groups', role: 'list' }, ...answer.groups.map((group) => groupItem(group, place, inPlace, signal))),
    left > 0 && el('p', {}, el('a', {
      class: 'more',
      href: writePlace({ ...place, shown: answer.groups.length + STEP }),
    }, strings.moreRecordings(left))),
  );
}

/**
 * Names the recordings whose title or people hold what was asked for.
 * @param {Named} recordings
 */
function named({ total, first }) {
  if (total === 0) return [];
  const link = (/** @type {GroupRecording} */ { id, title }) =>
    el('li', {}, el('a', { href: writePlace(recordingPlace(id)) }, el('bdi', {}, title)));
  return [
    el('p', {}, strings.namedRecordings(total)),
    el('ul', { class: 'named', role: 'list' }, ...first.map(link)),
  ];
}

/**
 * @param {Group} group
 * @param {SearchPlace} place
 * @param {InPlace} inPlace
 * @param {AbortSignal} signal
 */
function groupItem(group, place, inPlace, signal) {
  const { recording, total_hits, positions_ms, hits } = group;
  const { id } = recording;
  const opened = place.all.includes(id);
  const all = opened ? place.all.filter((other) => other !== id) : [...place.all, id];
  const more = opened ? strings.fewerHits : strings.allHits(total_hits);
  return el('li', { class: 'group', id: `group-${id}` },
    el('div', { class: 'group-head' },
      el('h2', {}, el('a', { href: writePlace(recordingPlace(id, { q: place.q })) }, el('bdi', {}, recording.title))),
      facts(recording, strings.hitsIn(total_hits)),
    ),
    timeline(recording, positions_ms, place.q, signal),
    el('ol', { class: 'hits', role: 'list' }, ...hits.map((hit) => hitItem(hit, group, place.q, inPlace))),
    (opened || total_hits > hits.length) &&
      el('p', {}, el('a', { class: 'more', href: writePlace({ ...place, all }) }, more)),
  );
}
