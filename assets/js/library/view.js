/** The library: every recording with how far it is, kept fresh while somebody looks. */

import { recordings } from '../api.js';
import { announce } from '../announce.js';
import { listen } from '../events.js';
import { el } from '../lib/dom.js';
import { wasSuperseded } from '../lib/latest.js';
import { trouble } from '../parts/notice.js';
import { strings } from '../strings.js';
import { emptyLibrary } from './empty.js';
import { needsAttention, row } from './row.js';

/** @import { Recording } from '../wire.js' */
/** @import { Page, View } from '../router.js' */

/**
 * @param {Page} page
 * @returns {View}
 */
export function libraryView({ main, signal }) {
  document.title = strings.title(strings.libraryTitle);
  const count = el('p', { class: 'summary' });
  const list = el('ul', { class: 'library', role: 'list' });
  const place = el('div', {}, el('p', { class: 'quiet' }, strings.loading));
  main.append(el('h1', {}, strings.libraryTitle), count, place);

  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();

  const put = (/** @type {Recording} */ recording) => {
    const next = row(recording);
    const before = rows.get(recording.id);
    if (before) before.replaceChildren(...next.childNodes);
    else {
      rows.set(recording.id, next);
      list.append(next);
    }
  };
  const tell = () => {
    count.textContent = rows.size > 0 ? strings.libraryCount(rows.size) : '';
    place.replaceChildren(rows.size > 0 ? list : emptyLibrary());
  };
  const load = async () => {
    try {
      const all = await recordings(signal);
      rows.clear();
      list.replaceChildren();
      all.sort(needsAttention).forEach(put);
      tell();
    } catch (error) {
      if (!wasSuperseded(error)) place.replaceChildren(trouble(error, load));
    }
  };

  const ready = load().then(() => {
    if (rows.size > 0) announce(strings.libraryCount(rows.size));
  });
  listen({
    heard(event) {
      if (event.type === 'recording') put(event.recording);
      else {
        rows.get(event.id)?.remove();
        rows.delete(event.id);
      }
      tell();
    },
    missed: load,
  }, signal);
  return { show: (to) => to.view === 'library', ready };
}
