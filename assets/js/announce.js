/** Screen readers wait for typing to rest; so does this, and of several announcements only the last is spoken. */
const PATIENCE_MS = 500;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Says something to those who cannot see it.
 * @param {string} text
 */
export function announce(text) {
  const region = document.getElementById('announcements');
  if (!region) return;
  clearTimeout(timer);
  // Emptied first: the same words said twice are a change only then.
  region.textContent = '';
  timer = setTimeout(() => (region.textContent = text), PATIENCE_MS);
}
