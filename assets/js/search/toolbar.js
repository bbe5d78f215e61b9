/** What can be done with an answer as a whole: another order, the picture, the table. */

import { tableAddress } from '../api.js';
import { SHAPES, SORTS, STEP, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/** @import { SearchPlace } from '../lib/address.js' */

/** @param {SearchPlace} place */
export function toolbar(place) {
  const sorts = SORTS.map((sort) => choice(`sort:${sort}`, strings.sorts[sort], { ...place, sort, shown: STEP }, place.sort === sort));
  const names = { list: strings.asList, picture: strings.asPicture };
  const shapes = SHAPES.map((as) => choice(`as:${as}`, names[as], { ...place, as }, place.as === as));
  return el('div', { class: 'toolbar' },
    el('div', { class: 'choices', role: 'group', 'aria-label': strings.pictureOrList }, ...shapes),
    el('div', { class: 'choices', role: 'group', 'aria-label': strings.sortLabel }, ...sorts),
    el('a', { class: 'download', href: tableAddress(place.q, place.sort), download: 'aloud.csv' }, strings.download),
  );
}

/**
 * @param {string} name
 * @param {string} label
 * @param {SearchPlace} place
 * @param {boolean} current
 */
function choice(name, label, place, current) {
  return el('a', { href: writePlace(place), 'data-again': name, 'aria-current': current ? 'true' : null }, label);
}
