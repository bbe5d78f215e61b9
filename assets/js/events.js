/**
 * Tells what changes in the library, as the server sends it, until the signal ends it.
 *
 * A browser keeps few connections to one server, and each stream holds one; so it is closed while nobody looks at the
 * page. What happened meanwhile, or while the server was away, is not sent again: `missed` is called to ask for it.
 *
 * @import { Event } from './wire.js'
 * @param {{ heard: (event: Event) => void, missed: () => void }} listener
 * @param {AbortSignal} signal
 */
export function listen(listener, signal) {
  /** @type {EventSource | null} */
  let stream = null;
  let opened = 0;

  const open = () => {
    stream = new EventSource('/api/v1/events');
    stream.onopen = () => {
      if (opened++ > 0) listener.missed();
    };
    stream.onmessage = (message) => listener.heard(JSON.parse(message.data));
  };
  const close = () => {
    stream?.close();
    stream = null;
  };
  const followVisibility = () => {
    if (document.hidden) close();
    else if (stream === null) open();
  };

  document.addEventListener('visibilitychange', followVisibility, { signal });
  signal.addEventListener('abort', close);
  followVisibility();
}
