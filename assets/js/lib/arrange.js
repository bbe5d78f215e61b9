/**
 * Makes elements the children of another, in order, and moves none that is there already without need: what is moved
 * loses the focus, and stops playing. One that plays is never moved.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} wanted
 * @returns {HTMLElement | null} the first that is new
 */
export function arrange(parent, wanted) {
  const stays = new Set(/** @type {Element[]} */ (wanted));
  const fresh = wanted.find((element) => element.parentElement !== parent) ?? null;
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove();
  const fixed = Math.max(0, wanted.findIndex((element) => element.querySelector('video, audio')));
  const pivot = wanted[fixed];
  if (pivot && pivot.parentElement !== parent) parent.prepend(pivot);
  for (let at = fixed - 1; at >= 0; at--) {
    const [element, next] = [wanted[at], wanted[at + 1]];
    if (element && next && element.nextElementSibling !== next) next.before(element);
  }
  for (let at = fixed + 1; at < wanted.length; at++) {
    const [before, element] = [wanted[at - 1], wanted[at]];
    if (before && element && before.nextElementSibling !== element) before.after(element);
  }
  return fresh;
}
