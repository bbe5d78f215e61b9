/** A place is what one address of the page shows; every state worth coming back to has one. */

/**
 * @typedef {'relevance' | 'time' | 'date'} Sort
 * @typedef {'list' | 'picture'} Shape
 * @typedef {'all' | 'unsearched' | 'doubtful'} LibraryPart
 * @typedef {'attention' | 'title' | 'date' | 'length'} LibrarySort
 *
 * @typedef {{ view: 'search', q: string, sort: Sort, as: Shape, shown: number, all: string[], open: string }} SearchPlace
 *   `shown`: how many recordings; `all`: the recordings of which every hit is listed; `open`: the hit that is read in
 *   place, as `recording@milliseconds`, or empty
 * @typedef {{ view: 'recording', id: string, t: string, w: string, q: string }} RecordingPlace
 *   `t`, `w` (the fingerprint of quoted words) and `q` as written, or empty
 * @typedef {{ view: 'library', part: LibraryPart, folder: string, sort: LibrarySort }} LibraryPlace
 * @typedef {{ view: 'missing' }} MissingPlace
 * @typedef {SearchPlace | RecordingPlace | LibraryPlace | MissingPlace} Place
 */

/** The first of each is what is shown when the address says nothing. */
export const SORTS = /** @type {const} */ (['relevance', 'time', 'date']);
export const SHAPES = /** @type {const} */ (['list', 'picture']);
export const LIBRARY_PARTS = /** @type {const} */ (['all', 'unsearched', 'doubtful']);
export const LIBRARY_SORTS = /** @type {const} */ (['attention', 'title', 'date', 'length']);

/** How many recordings a search shows at first, and how many more each time. */
export const STEP = 20;

/** No address may ask for more recordings than this at once. */
export const MOST_SHOWN = 1000;

/**
 * Reads an address.
 * @param {URL} url
 * @returns {Place}
 */
export function readPlace(url) {
  const get = (/** @type {string} */ name) => url.searchParams.get(name) ?? '';
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '') {
    return {
      view: 'search', q: get('q'), sort: oneOf(SORTS, get('sort')), as: oneOf(SHAPES, get('as')),
      shown: readShown(get('shown')), all: url.searchParams.getAll('all'), open: get('open'),
    };
  }
  if (path === '/library') {
    return { view: 'library', part: oneOf(LIBRARY_PARTS, get('show')), folder: get('folder'), sort: oneOf(LIBRARY_SORTS, get('sort')) };
  }
  const id = /^\/r\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return { view: 'missing' };
  const fragment = new URLSearchParams(url.hash.slice(1)).get('t') ?? '';
  return { view: 'recording', id, t: get('t') || fragment, w: get('w'), q: get('q') };
}

/**
 * Writes a place as a path with its query.
 * @param {Place} place
 */
export function writePlace(place) {
  if (place.view === 'missing') return '/';
  if (place.view === 'library') {
    return withQuery('/library', [
      ['show', unlessFirst(LIBRARY_PARTS, place.part)], ['folder', place.folder], ['sort', unlessFirst(LIBRARY_SORTS, place.sort)],
    ]);
  }
  if (place.view === 'recording') {
    return withQuery(`/r/${place.id}`, [['t', place.t], ['w', place.w], ['q', place.q]]);
  }
  return withQuery('/', [
    ['q', place.q],
    ['sort', unlessFirst(SORTS, place.sort)],
    ['as', unlessFirst(SHAPES, place.as)],
    ['shown', place.shown > STEP ? String(place.shown) : ''],
    ...place.all.map((id) => /** @type {[string, string]} */ (['all', id])),
    ['open', place.open],
  ]);
}

/**
 * Returns the first state of a search; order and shape stay as the reader chose them.
 * @param {string} q
 * @param {Partial<Pick<SearchPlace, 'sort' | 'as'>>} [kept]
 * @returns {SearchPlace}
 */
export function searchPlace(q, { sort = SORTS[0], as = SHAPES[0] } = {}) {
  return { view: 'search', q, sort, as, shown: STEP, all: [], open: '' };
}

/**
 * @param {string} id
 * @param {Partial<Omit<RecordingPlace, 'view' | 'id'>>} [at]
 * @returns {RecordingPlace}
 */
export function recordingPlace(id, { t = '', w = '', q = '' } = {}) {
  return { view: 'recording', id, t, w, q };
}

/**
 * @param {Partial<Omit<LibraryPlace, 'view'>>} [what]
 * @returns {LibraryPlace}
 */
export function libraryPlace({ part = LIBRARY_PARTS[0], folder = '', sort = LIBRARY_SORTS[0] } = {}) {
  return { view: 'library', part, folder, sort };
}

/** @param {string} text */
function readShown(text) {
  const shown = Number.parseInt(text, 10);
  return Number.isNaN(shown) ? STEP : Math.min(Math.max(shown, STEP), MOST_SHOWN);
}

/**
 * @template {readonly [string, ...string[]]} Choices
 * @param {Choices} choices
 * @param {string} text
 * @returns {Choices[number]}
 */
function oneOf(choices, text) {
  return choices.find((choice) => choice === text) ?? choices[0];
}

/**
 * @param {readonly string[]} choices
 * @param {string} chosen
 */
function unlessFirst(choices, chosen) {
  return chosen === choices[0] ? '' : chosen;
}

/**
 * @param {string} path
 * @param {[string, string][]} pairs empty values are left out
 */
function withQuery(path, pairs) {
  const written = pairs
    .filter(([, value]) => value !== '')
    // A comma, a colon and an at may stand in a query (RFC 3986, 3.4), and times read better with them.
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%40', '@')}`);
  return written.length === 0 ? path : `${path}?${written.join('&')}`;
}
