/** Facets narrow a search down: each value is a link to the same search with one filter more, or one less. */

import { searchPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { hasFilter, toggleFilter } from '../lib/filters.js';
import { strings } from '../strings.js';

/** @import { SearchPlace } from '../lib/address.js' */
/** @import { FilterName } from '../lib/filters.js' */
/** @import { Facet, FacetName, Facets } from '../wire.js' */

/** @type {[FacetName, FilterName][]} */
const FACETS = [['speaker', 'speaker'], ['language', 'lang'], ['year', 'date'], ['folder', 'folder']];

/** Of more values the rest unfolds. */
const SHOWN = 6;

/**
 * @param {Facets} facets
 * @param {SearchPlace} place
 * @param {boolean} open
 * @param {Element | null} before the list that this one takes the place of: what the reader opened or closed stays so
 * @returns {HTMLElement | null} null where there is nothing to choose
 */
export function facetList(facets, place, open, before) {
  const isOpen = (/** @type {string} */ part, /** @type {boolean} */ first) =>
    [before, ...before?.querySelectorAll('details') ?? []].find((it) => it?.getAttribute('data-part') === part)?.hasAttribute('open') ?? first;
  const sections = FACETS.flatMap(([name, filter]) => facetSection(name, filter, facets[name], place, isOpen));
  if (sections.length === 0) return null;
  return el('details', { class: 'facets', 'data-part': 'all', open: isOpen('all', open) }, el('summary', {}, strings.narrow), ...sections);
}

/**
 * @param {FacetName} name
 * @param {FilterName} filter
 * @param {Facet} facet
 * @param {SearchPlace} place
 * @param {(part: string, first: boolean) => boolean} isOpen
 */
function facetSection(name, filter, { values, more }, place, isOpen) {
  const chosen = values.some(({ value }) => hasFilter(place.q, filter, value));
  // One value alone leaves no choice.
  if (values.length < 2 && !chosen) return [];
  const id = `facet-${name}`;
  const shown = shownValues(name, values.map(({ value }) => value));
  const items = values.map(({ value, hits }, at) => valueItem(filter, { value, shown: shown[at] ?? value, hits }, place));
  const hidden = items.slice(SHOWN);
  const rest = more > 0 ? [el('li', { class: 'quiet' }, strings.facetMore(more))] : [];
  return [el('section', { 'aria-labelledby': id },
    el('h2', { id }, strings.facets[name]),
    el('ul', { role: 'list' }, ...items.slice(0, SHOWN), ...hidden.length === 0 ? rest : []),
    hidden.length > 0 && el('details', { 'data-part': name, open: isOpen(name, hidden.some((item) => item.querySelector('[aria-current]') !== null)) },
      el('summary', {}, strings.facetMore(hidden.length + more)),
      el('ul', { role: 'list' }, ...hidden, ...rest)),
  )];
}

/**
 * @param {FilterName} filter
 * @param {{ value: string, shown: string, hits: number }} counted
 * @param {SearchPlace} place
 */
function valueItem(filter, { value, shown, hits }, place) {
  const href = writePlace(searchPlace(toggleFilter(place.q, filter, value), place));
  const current = hasFilter(place.q, filter, value) ? 'true' : null;
  return el('li', {}, el('a', { href, 'data-again': `${filter}:${value}`, 'aria-current': current, title: filter === 'folder' ? value : null },
    el('bdi', { class: 'facet-value' }, shown), ' ',
    el('span', { class: 'facet-count', 'aria-label': strings.hitsIn(hits) }, strings.number(hits)),
  ));
}

/**
 * Returns what is written of values: languages by name, folders by their end where that tells them apart.
 * @param {FacetName} name
 * @param {string[]} values
 */
function shownValues(name, values) {
  if (name === 'language') return values.map(strings.language);
  if (name !== 'folder') return values;
  const ends = values.map(lastFolders);
  return new Set(ends).size === ends.length ? ends : values;
}

/** @param {string} path */
function lastFolders(path) {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.length > 2 ? `…/${parts.slice(-2).join('/')}` : path;
}
