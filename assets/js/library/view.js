/** The library: every recording with how far it is, kept fresh while somebody looks. */

import { recordings } from '../api.js';
import { announce } from '../announce.js';
import { listen } from '../events.js';
import { LIBRARY_PARTS, LIBRARY_SORTS } from '../lib/address.js';
import { arrange } from '../lib/arrange.js';
import { el, replaceWhatDiffers } from '../lib/dom.js';
import { wasSuperseded } from '../lib/latest.js';
import { trouble } from '../parts/notice.js';
import { strings } from '../strings.js';
import { chooser } from './chooser.js';
import { emptyLibrary } from './empty.js';
import { foldersOf, shownIn } from './order.js';
import { row } from './row.js';
import { workLine } from './work.js';

/** @import { LibraryPlace } from '../lib/address.js' */
/** @import { Recording } from '../wire.js' */
/** @import { Page, View } from '../router.js' */

/**
 * @param {Page} page
 * @param {LibraryPlace} first
 * @returns {View}
 */
export function libraryView({ main, signal, write }, first) {
  document.title = strings.title(strings.libraryTitle);
  const count = el('p', { class: 'summary' });
  const list = el('ul', { class: 'library', role: 'list' });
  const body = el('div', {}, el('p', { class: 'quiet' }, strings.loading));
  const tools = el('div', { class: 'choosers' });
  const work = workLine(signal);
  main.append(el('h1', {}, strings.libraryTitle), work.element, tools, count, body);

  let place = first;
  /** @type {Map<string, Recording>} */
  const known = new Map();
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  /** @type {string[]} */
  let folders = [];

  const choose = (/** @type {Partial<LibraryPlace>} */ change) => {
    place = { ...place, ...change };
    write(place, 'push');
    draw();
    announce(count.textContent ?? '');
  };
  const drawTools = () => {
    list.classList.toggle('one-folder', folders.length < 2);
    tools.replaceChildren(
      chooser(strings.showLabel, LIBRARY_PARTS.map((part) => [part, strings.shows[part]]), place.part, (part) => choose({ part })),
      chooser(strings.sortLabel, LIBRARY_SORTS.map((sort) => [sort, strings.librarySorts[sort]]), place.sort, (sort) => choose({ sort })),
      ...folders.length > 1 || place.folder !== '' ? [chooser(strings.folderLabel,
        [['', strings.allFolders], ...folders.map((folder) => /** @type {[string, string]} */ ([folder, folder]))],
        place.folder, (folder) => choose({ folder }))] : [],
    );
  };
  /** A list that somebody has opened would close if it were drawn anew. */
  const followFolders = () => {
    const now = foldersOf(known.values());
    if (tools.hasChildNodes() && folders.join('\n') === now.join('\n')) return;
    folders = now;
    drawTools();
  };
  const put = (/** @type {Recording} */ recording) => {
    known.set(recording.id, recording);
    const next = row(recording, signal);
    const before = rows.get(recording.id);
    if (before) replaceWhatDiffers(before, [...next.childNodes]);
    else rows.set(recording.id, next);
  };
  const drop = (/** @type {string} */ id) => {
    rows.delete(id);
    known.delete(id);
  };
  const draw = () => {
    followFolders();
    const shown = shownIn(known.values(), place);
    count.textContent = shown.length === known.size ? strings.libraryCount(known.size) : strings.libraryShown(shown.length, known.size);
    arrange(list, shown.flatMap(({ id }) => rows.get(id) ?? []));
    if (known.size === 0) {
      count.textContent = '';
      body.replaceChildren(emptyLibrary());
    } else if (shown.length === 0) body.replaceChildren(el('p', { class: 'quiet' }, strings.nothingSuch));
    else if (!list.isConnected) body.replaceChildren(list);
  };
  const load = async () => {
    try {
      const all = await recordings(signal);
      const there = new Set(all.map(({ id }) => id));
      [...known.keys()].filter((id) => !there.has(id)).forEach(drop);
      all.forEach(put);
      draw();
    } catch (error) {
      if (!wasSuperseded(error)) body.replaceChildren(trouble(error, load));
    }
  };

  const ready = load().then(() => {
    if (known.size > 0) announce(count.textContent ?? '');
  });
  listen({
    heard(event) {
      if (event.type === 'recording') put(event.recording);
      else if (event.type === 'removed') drop(event.id);
      draw();
      work.changed();
    },
    missed() {
      work.changed();
      load();
    },
  }, signal);
  return {
    show(to) {
      if (to.view !== 'library') return false;
      place = to;
      drawTools();
      draw();
      return ready;
    },
    ready,
  };
}
