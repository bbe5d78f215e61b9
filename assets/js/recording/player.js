/** The player is the browser's own, for it is known, accessible and translated; this adds captions, seeking and honesty. */

import { captionsAddress } from '../api.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';
import { showUnplayable } from './unplayable.js';

/** @import { Recording } from '../wire.js' */

/** @typedef {Pick<Recording, 'id' | 'title' | 'kind' | 'media' | 'revision' | 'languages'> & Partial<Pick<Recording, 'captions' | 'tracks'>>} Playable */

/** So much is played before a film whose sound was never decoded is called mute. */
const LISTENED_S = 2;

/**
 * @param {Playable} recording
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, media: HTMLMediaElement | null, seek: (seconds: number) => void,
 *   caption: (now: Pick<Recording, 'revision' | 'languages'>) => void }} `caption` takes the captions of another transcript
 */
export function buildPlayer(recording, signal) {
  const element = el('div', { class: 'player' });
  const media = el(recording.kind, {
    controls: true, preload: 'metadata', src: recording.media.available ? recording.media.url : null,
    'aria-label': recording.title, playsinline: true,
  }, ...captionFiles(recording));
  const speed = el('p', { class: 'speed', hidden: true });
  const notes = el('div', { class: 'notices' });
  element.append(media, speed, notes);

  /** @type {number | null} */
  let wanted_s = null;
  const arrive = () => {
    if (wanted_s !== null) media.currentTime = wanted_s;
    wanted_s = null;
  };
  /** @type {import('./unplayable.js').Ways} */
  const ways = {
    load(url) {
      wanted_s ??= media.currentTime;
      media.hidden = false;
      media.src = url;
    },
    show: (...shown) => notes.replaceChildren(...shown),
  };

  media.addEventListener('loadedmetadata', () => {
    arrive();
    const blind = media instanceof HTMLVideoElement && media.videoWidth === 0;
    if (blind && signal.aborted === false) showUnplayable(recording, 'picture', ways, signal);
  }, { signal });
  media.addEventListener('ratechange', () => {
    speed.hidden = media.playbackRate === 1;
    speed.textContent = strings.speed(media.playbackRate);
  }, { signal });
  media.addEventListener('error', () => {
    if (media.src === '') return;
    wanted_s ??= media.currentTime;
    media.hidden = true;
    showUnplayable(recording, 'all', ways, signal);
  }, { signal });
  // A film without sound tracks is not mute: there is nothing to hear.
  if (recording.tracks?.length !== 0) hearWhetherMute(media, () => showUnplayable(recording, 'sound', ways, signal), signal);
  if (!recording.media.available) {
    media.hidden = true;
    showUnplayable(recording, 'gone', ways, signal);
  }
  signal.addEventListener('abort', () => {
    media.pause();
    // Without a source the browser lets go of the connection, of which it has few.
    media.removeAttribute('src');
    media.load();
  });

  const seek = (/** @type {number} */ seconds) => {
    wanted_s = seconds;
    if (media.readyState >= HTMLMediaElement.HAVE_METADATA) arrive();
  };

  /** @type {number | null} */
  let captioned = null;
  /** @type {HTMLTrackElement | null} */
  let captions = null;
  /** @param {Pick<Recording, 'revision' | 'languages'>} now */
  const caption = ({ revision, languages }) => {
    if (revision === captioned) return;
    captioned = revision;
    const mode = captions?.track.mode ?? 'disabled';
    captions?.remove();
    captions = el('track', { kind: 'captions', src: captionsAddress(recording.id), srclang: languages[0] ?? 'und', label: strings.captionsLabel });
    media.prepend(captions);
    captions.track.mode = mode;
  };
  caption(recording);
  return { element, media, seek, caption };
}

/**
 * Tells when a film plays whose sound this browser does not decode. Chromium says nothing of it; it counts what it decodes.
 * @param {HTMLMediaElement & { webkitAudioDecodedByteCount?: number }} media
 * @param {() => void} mute
 * @param {AbortSignal} signal
 */
function hearWhetherMute(media, mute, signal) {
  const heard = new AbortController();
  let from_s = Infinity;
  media.addEventListener('playing', () => (from_s = media.currentTime), { signal });
  media.addEventListener('timeupdate', () => {
    if (media.webkitAudioDecodedByteCount !== 0) heard.abort();
    else if (!media.seeking && media.currentTime > from_s + LISTENED_S) {
      heard.abort();
      mute();
    }
  }, { signal: AbortSignal.any([signal, heard.signal]) });
}

/** @param {Playable} recording */
function captionFiles({ captions = [] }) {
  return captions.map(({ language, url }) =>
    el('track', { kind: 'subtitles', src: url, srclang: language, label: strings.language(language) }));
}
