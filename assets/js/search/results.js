import { STEP, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { sameQuery } from '../lib/query.js';
import { facts } from '../parts/recording-state.js';
import { timeline } from '../parts/timeline.js';
import { strings } from '../strings.js';
import { coverageLine } from './coverage.js';
import { hitItem } from './hit.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Answer, Group, GroupRecording, Named } from '../wire.js' */

/** @typedef {Pick<SearchPlace, 'q' | 'shown' | 'all'>} Asked */

/**
 * Shows an answer: moments, grouped by recording.
 * @param {Answer} answer
 * @param {Asked} asked
 * @param {AbortSignal} signal
 */
export function results(answer, asked, signal) {
  const left = answer.total_recordings - answer.groups.length;
  return el('section', { class: 'results', 'aria-label': strings.found(answer.total_hits, answer.total_recordings) },
    el('div', { class: 'result-head' },
      el('p', { class: 'summary' }, strings.found(answer.total_hits, answer.total_recordings)),
      coverageLine(answer.coverage),
    ),
    ...understanding(answer, asked.q),
    ...named(answer.recordings),
    el('ol', { class: 'groups', role: 'list' }, ...answer.groups.map((group) => groupItem(group, asked, signal))),
    left > 0 && el('p', {}, el('a', {
      class: 'more',
      href: writePlace({ view: 'search', ...asked, shown: answer.groups.length + STEP }),
    }, strings.moreRecordings(left))),
  );
}

/**
 * Says how the server read the query where that is not plainly what was typed, and what it has to add.
 * @param {Answer} answer
 * @param {string} q
 */
export function understanding(answer, q) {
  const differs = answer.understood !== '' && !sameQuery(q, answer.understood);
  return [
    differs && el('p', { class: 'understood' }, `${strings.understood} `, el('b', {}, answer.understood)),
    answer.notes.length > 0 && el('ul', { class: 'notes', role: 'list' },
      ...answer.notes.map((note) => el('li', {}, note.message))),
  ].filter((part) => part !== false);
}

/**
 * Names the recordings whose title or people hold what was asked for.
 * @param {Named} recordings
 */
function named({ total, first }) {
  if (total === 0) return [];
  const link = (/** @type {GroupRecording} */ { id, title }) =>
    el('li', {}, el('a', { href: writePlace({ view: 'recording', id, t: '', q: '' }) }, title));
  return [
    el('p', {}, strings.namedRecordings(total)),
    el('ul', { class: 'named', role: 'list' }, ...first.map(link)),
  ];
}

/**
 * @param {Group} group
 * @param {Asked} asked
 * @param {AbortSignal} signal
 */
function groupItem({ recording, total_hits, positions_ms, hits }, asked, signal) {
  const { id } = recording;
  const opened = asked.all.includes(id);
  const all = opened ? asked.all.filter((other) => other !== id) : [...asked.all, id];
  const more = opened ? strings.fewerHits : strings.allHits(total_hits);
  return el('li', { class: 'group', id: `group-${id}` },
    el('div', { class: 'group-head' },
      el('h2', {}, el('a', { href: writePlace({ view: 'recording', id, t: '', q: asked.q }) }, recording.title)),
      facts(recording, strings.hitsIn(total_hits)),
    ),
    timeline(recording, positions_ms, asked.q, signal),
    el('ol', { class: 'hits', role: 'list' }, ...hits.map((hit) => hitItem(hit, id, asked.q))),
    (opened || total_hits > hits.length) &&
      el('p', {}, el('a', { class: 'more', href: writePlace({ view: 'search', ...asked, all }) }, more)),
  );
}
