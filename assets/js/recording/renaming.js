/** A renaming is what the server is asked to do so that speakers are called as a form says. */

/** @import { Voice } from '../wire.js' */

/** @typedef {{ rename: { from: string, to: string }[], merge: { from: string, into: string }[], reset: string[] }} Renaming */

/**
 * Returns how speakers are to be called otherwise; null when no name was changed.
 *
 * The server renames one after the other, and gives nobody a name that somebody has. Who has a name that another one gets
 * is therefore called by a sign first, which nobody sees: all is done or nothing.
 * @param {Pick<Voice, 'name'>[]} voices
 * @param {string[]} names that were typed, one for each; an empty one for that of the transcript
 * @returns {Renaming | null}
 */
export function renaming(voices, names) {
  const asked = voices.flatMap(({ name }, index) => {
    const to = names[index] ?? name;
    return to === name ? [] : [{ name, to, sign: `⇄ ${index}` }];
  });
  if (asked.length === 0) return null;
  const wanted = new Set(asked.map(({ to }) => to));
  const leaving = new Set(asked.map(({ name }) => name));
  const taken = new Set(voices.map(({ name }) => name).filter((name) => !leaving.has(name)));

  /** @type {Renaming} */
  const done = { rename: [], merge: [], reset: [] };
  const moved = asked.map(({ name, to, sign }) => {
    if (!wanted.has(name)) return { from: name, to };
    done.rename.push({ from: name, to: sign });
    return { from: sign, to };
  });
  for (const { from, to } of moved) {
    if (to === '') done.reset.push(from);
    else if (taken.has(to)) done.merge.push({ from, into: to });
    else done.rename.push({ from, to });
    taken.add(to);
  }
  return done;
}
