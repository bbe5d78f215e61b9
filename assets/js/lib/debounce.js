/**
 * Makes an action wait until it has not been asked for during a while.
 * @param {() => void} action
 * @param {number} ms
 * @returns {{ later: () => void, now: () => void, cancel: () => void }} `now` acts at once, if or not it was waiting
 */
export function debounce(action, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const cancel = () => clearTimeout(timer);
  const now = () => {
    cancel();
    action();
  };
  const later = () => {
    cancel();
    timer = setTimeout(action, ms);
  };
  return { later, now, cancel };
}
