/**
 * Makes elements the children of another, in order. One that only sees others come, go or change places is not touched: taken
 * out and put back, it would lose the focus that is in it. One that plays is never moved, for it would stop.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} wanted
 * @returns {HTMLElement | null} the first that is new
 */
export function arrange(parent, wanted) {
  const stays = new Set(/** @type {Element[]} */ (wanted));
  const fresh = wanted.find((element) => element.parentElement !== parent) ?? null;
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of wanted) {
    // What stands before it comes later, and is put there then.
    const comesLater = () => next && next !== child && !plays(next) && child.parentElement === parent
      && (next.nextElementSibling === child || plays(child));
    while (next && comesLater()) {
      const later = next;
      next = next.nextElementSibling;
      later.remove();
    }
    if (next === child) next = child.nextElementSibling;
    else parent.insertBefore(child, next);
  }
  return fresh;
}

/** @param {Element} element */
function plays(element) {
  return element.querySelector('video, audio') !== null;
}
