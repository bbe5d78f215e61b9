/** A place is what one address of the page shows; every state worth coming back to has one. */

/**
 * @typedef {{ view: 'search', q: string, shown: number, all: string[] }} SearchPlace
 *   `shown`: how many recordings; `all`: the recordings of which every hit is listed
 * @typedef {{ view: 'recording', id: string, t: string, q: string }} RecordingPlace `t` and `q` as written, or empty
 * @typedef {{ view: 'library' }} LibraryPlace
 * @typedef {{ view: 'missing' }} MissingPlace
 * @typedef {SearchPlace | RecordingPlace | LibraryPlace | MissingPlace} Place
 */

/** How many recordings a search shows at first, and how many more each time. */
export const STEP = 20;

/** No address may ask for more recordings than this at once. */
const MOST_SHOWN = 1000;

/**
 * Reads an address.
 * @param {URL} url
 * @returns {Place}
 */
export function readPlace(url) {
  const get = (/** @type {string} */ name) => url.searchParams.get(name) ?? '';
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '') {
    return { view: 'search', q: get('q'), shown: readShown(get('shown')), all: url.searchParams.getAll('all') };
  }
  if (path === '/library') return { view: 'library' };
  const id = /^\/r\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return { view: 'missing' };
  const fragment = new URLSearchParams(url.hash.slice(1)).get('t') ?? '';
  return { view: 'recording', id, t: get('t') || fragment, q: get('q') };
}

/**
 * Writes a place as a path with its query.
 * @param {Place} place
 */
export function writePlace(place) {
  if (place.view === 'library') return '/library';
  if (place.view === 'missing') return '/';
  if (place.view === 'recording') {
    return withQuery(`/r/${place.id}`, [['t', place.t], ['q', place.q]]);
  }
  return withQuery('/', [
    ['q', place.q],
    ['shown', place.shown > STEP ? String(place.shown) : ''],
    ...place.all.map((id) => /** @type {[string, string]} */ (['all', id])),
  ]);
}

/**
 * Returns the first state of a search.
 * @param {string} q
 * @returns {SearchPlace}
 */
export function searchPlace(q) {
  return { view: 'search', q, shown: STEP, all: [] };
}

/** @param {string} text */
function readShown(text) {
  const shown = Number.parseInt(text, 10);
  return Number.isNaN(shown) ? STEP : Math.min(Math.max(shown, STEP), MOST_SHOWN);
}

/**
 * @param {string} path
 * @param {[string, string][]} pairs empty values are left out
 */
function withQuery(path, pairs) {
  const written = pairs
    .filter(([, value]) => value !== '')
    // A comma and a colon may stand in a query (RFC 3986, 3.4), and times read better with them.
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`);
  return written.length === 0 ? path : `${path}?${written.join('&')}`;
}
