/** The player is the browser's own, for it is known, accessible and translated; this adds captions, seeking and honesty. */

import { captionsAddress } from '../api.js';
import { el } from '../lib/dom.js';
import { notice } from '../parts/notice.js';
import { strings } from '../strings.js';

/** @import { Recording } from '../wire.js' */

/**
 * @param {Recording} recording
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, media: HTMLMediaElement | null, seek: (seconds: number) => void }}
 */
export function buildPlayer(recording, signal) {
  const element = el('div', { class: 'player' });
  if (!recording.media.available) {
    element.append(notice(strings.mediaMissing));
    return { element, media: null, seek() {} };
  }

  const media = el(recording.kind, {
    controls: true, preload: 'metadata', src: recording.media.url, 'aria-label': recording.title, playsinline: true,
  }, ...captionTracks(recording));
  const speed = el('p', { class: 'speed', hidden: true });
  element.append(media, speed);

  media.addEventListener('ratechange', () => {
    speed.hidden = media.playbackRate === 1;
    speed.textContent = strings.speed(media.playbackRate);
  }, { signal });
  media.addEventListener('error', async () => {
    const reason = await whyUnplayable(recording);
    if (!signal.aborted) element.replaceChildren(notice(reason));
  }, { signal });
  signal.addEventListener('abort', () => {
    media.pause();
    // Without a source the browser lets go of the connection, of which it has few.
    media.removeAttribute('src');
    media.load();
  });

  let known = new AbortController();
  const seek = (/** @type {number} */ seconds) => {
    known.abort();
    known = new AbortController();
    const go = () => (media.currentTime = seconds);
    if (media.readyState >= HTMLMediaElement.HAVE_METADATA) go();
    else media.addEventListener('loadedmetadata', go, { once: true, signal: known.signal });
  };
  return { element, media, seek };
}

/** @param {Recording} recording */
function captionTracks({ id, revision, languages, captions = [] }) {
  const own = revision === null ? []
    : [el('track', { kind: 'captions', src: captionsAddress(id), srclang: languages[0] ?? 'und', label: strings.captionsLabel })];
  const files = captions.map(({ language, url }) =>
    el('track', { kind: 'subtitles', src: url, srclang: language, label: strings.language(language) }));
  return [...own, ...files];
}

/**
 * Tells a file that is gone from one that this browser cannot play.
 * @param {Recording} recording
 */
async function whyUnplayable({ media }) {
  const there = await fetch(media.url, { method: 'HEAD' }).then((response) => response.ok, () => false);
  return there ? strings.mediaUnreadable(media.mime) : strings.mediaMissing;
}
