/** A group is one recording with its hits. */

import { recordingPlace, writePlace } from '../lib/address.js';
import { arrange } from '../lib/arrange.js';
import { el } from '../lib/dom.js';
import { facts } from '../parts/recording-state.js';
import { timeline } from '../parts/timeline.js';
import { strings } from '../strings.js';
import { hitItem } from './hit.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { Group } from '../wire.js' */
/** @import { InPlace } from './in-place.js' */

/**
 * @typedef {object} GroupItem
 * @property {HTMLElement} element
 * @property {number} revision
 * @property {(group: Group, place: SearchPlace) => HTMLElement | null} show lists the hits of another answer to the same
 *   query, and returns the first that is new
 * @property {(place: SearchPlace) => void} link writes its links for another place
 */

/**
 * @param {Group} group
 * @param {string} q
 * @param {InPlace} inPlace
 * @param {AbortSignal} signal
 * @returns {GroupItem}
 */
export function groupItem(group, q, inPlace, signal) {
  const { recording, revision, total_hits, positions_ms } = group;
  const { id } = recording;
  /** @type {Map<string, HTMLElement>} */
  const known = new Map();
  const hits = el('ol', { class: 'hits', role: 'list' });
  const more = el('a', { class: 'more' });
  const foot = el('p', {}, more);
  const element = el('li', { class: 'group', id: `group-${id}` },
    el('div', { class: 'group-head' },
      el('h2', {}, el('a', { href: writePlace(recordingPlace(id, { q })) }, el('bdi', {}, recording.title))),
      facts(recording, strings.hitsIn(total_hits)),
    ),
    timeline(recording, positions_ms, q, signal),
    hits,
    foot,
  );

  /** @type {GroupItem['link']} */
  const link = (place) => {
    const opened = place.all.includes(id);
    const all = opened ? place.all.filter((other) => other !== id) : [...place.all, id];
    more.href = writePlace({ ...place, all });
  };
  return {
    element,
    revision,
    show(now, place) {
      const opened = place.all.includes(id);
      more.textContent = opened ? strings.fewerHits : strings.allHits(total_hits);
      foot.hidden = !opened && total_hits <= now.hits.length;
      link(place);
      return arrange(hits, now.hits.map((hit) => {
        const key = `${hit.start_ms} ${hit.end_ms}`;
        const item = known.get(key) ?? hitItem(hit, group, q, inPlace);
        known.set(key, item);
        return item;
      }));
    },
    link,
  };
}
