/** The work: how much is left to be transcribed, what keeps it from going on, and which files could not be read. */

import { setPaused, work } from '../api.js';
import { announce } from '../announce.js';
import { debounce } from '../lib/debounce.js';
import { el, replaceWhatDiffers } from '../lib/dom.js';
import { notice, sentence, trouble } from '../parts/notice.js';
import { LANGUAGE, strings } from '../strings.js';

/** @import { Work } from '../wire.js' */

/** While there is work, how much is left is asked for so often; a change in the library asks sooner. */
const EVERY_MS = 10_000;
const SOON_MS = 1000;

/** More files that cannot be read are counted. */
const MOST_FILES = 20;

/**
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, changed: () => void }}
 */
export function workLine(signal) {
  const element = el('div', { class: 'notices work' });

  const ask = async () => {
    again.cancel();
    try {
      const now = await work(signal);
      replaceWhatDiffers(element, partsOf(now));
      if (now.recordings_left > 0) again.later();
    } catch {
      // What is wrong with the server is said by the list of recordings.
      if (!signal.aborted) again.later();
    }
  };
  const again = debounce(ask, EVERY_MS);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  // Not debounced: while something is transcribed, more changes than once in that time.
  const changed = () => {
    soon ??= setTimeout(() => {
      soon = undefined;
      ask();
    }, SOON_MS);
  };
  signal.addEventListener('abort', () => {
    again.cancel();
    clearTimeout(soon);
  });

  const pause = async (/** @type {boolean} */ paused) => {
    try {
      await setPaused(paused, signal);
      announce(paused ? strings.paused : strings.goesOn);
      await ask();
      element.querySelector('button')?.focus();
    } catch (error) {
      if (!signal.aborted) element.replaceChildren(trouble(error, () => pause(paused)));
    }
  };
  /** @param {Work} now */
  const partsOf = ({ paused, recordings_left, left_ms, trouble: stands, skipped }) => [
    ...stands === null ? [] : [stalled(stands)],
    ...paused ? [notice(strings.paused, { action: [strings.resume, () => pause(false)] })] : [],
    ...recordings_left > 0 && !paused && stands === null
      ? [notice(strings.left(recordings_left, left_ms === null ? '' : strings.length(left_ms)), { action: [strings.pause, () => pause(true)] })]
      : [],
    ...skipped.length > 0 ? [unreadable(skipped)] : [],
  ];

  ask();
  return { element, changed };
}

/** @param {string} reason */
function stalled(reason) {
  return el('div', { class: 'notice notice-trouble', role: 'alert' },
    el('p', {}, strings.stalled, ' ', el('span', { lang: 'en' }, sentence(reason))));
}

/** @param {{ path: string, reason: string }[]} files */
function unreadable(files) {
  const rest = files.length - MOST_FILES;
  return el('details', { class: 'notice' },
    el('summary', {}, strings.unreadable(files.length)),
    el('ul', { role: 'list', lang: 'en' },
      ...files.slice(0, MOST_FILES).map(({ path, reason }) => el('li', {}, el('bdi', { translate: 'no' }, path), ': ', sentence(reason))),
      rest > 0 && el('li', { lang: LANGUAGE }, strings.facetMore(rest))));
}
