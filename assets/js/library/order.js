/** Which recordings of the library are shown, and in which order. */

/** @import { LibraryPlace, LibrarySort } from '../lib/address.js' */
/** @import { Recording, State } from '../wire.js' */

/** What went wrong stands first, then what is going on. @type {State[]} */
const ATTENTION = ['failed', 'partly', 'transcribing', 'waiting', 'searchable'];

/** @type {Record<LibrarySort, (a: Recording, b: Recording) => number>} */
const ORDERS = {
  attention: (a, b) => ATTENTION.indexOf(a.state) - ATTENTION.indexOf(b.state),
  title: () => 0,
  date: (a, b) => (b.date ?? '').localeCompare(a.date ?? ''),
  length: (a, b) => (b.duration_ms ?? 0) - (a.duration_ms ?? 0),
};

/**
 * Returns the recordings that a place shows, in its order; equals by title.
 * @param {Iterable<Recording>} recordings
 * @param {LibraryPlace} place
 */
export function shownIn(recordings, { part, folder, sort }) {
  const byTitle = (/** @type {Recording} */ a, /** @type {Recording} */ b) => a.title.localeCompare(b.title);
  return [...recordings]
    .filter((recording) => isIn(recording, part) && (folder === '' || recording.folders.some((own) => lies(own, folder))))
    .sort((a, b) => ORDERS[sort](a, b) || byTitle(a, b));
}

/**
 * Returns the folders that hold recordings, by path.
 * @param {Iterable<Recording>} recordings
 */
export function foldersOf(recordings) {
  return [...new Set([...recordings].flatMap(({ folders }) => folders))].sort();
}

/**
 * @param {Recording} recording
 * @param {LibraryPlace['part']} part
 */
function isIn({ state, doubtful_ms, gap_ms }, part) {
  if (part === 'unsearched') return state !== 'searchable' && state !== 'partly';
  return part === 'all' || doubtful_ms > 0 || gap_ms > 0;
}

/**
 * @param {string} path
 * @param {string} folder
 */
function lies(path, folder) {
  return path === folder || path.startsWith(`${folder.replace(/\/+$/, '')}/`);
}
