/** A made-up library for tests of the page alone, in the shapes of docs/http-api.md. */

import { FILM_SECONDS } from './media.mjs';

const FILM_MS = FILM_SECONDS * 1000;
const id = (/** @type {number} */ n) => n.toString(16).padStart(32, '0');

export const MUSEUM = id(1);
export const RADIO = id(2);
export const LONG = id(3);
export const FAILED = id(4);
export const WAITING = id(5);
export const TRANSCRIBING = id(6);
export const GONE = id(7);
export const HOSTILE = id(8);
export const CROWD = id(9);
export const UNPLAYABLE = id(10);

/** What is said: speaker, language, text. */
const MUSEUM_TALK = [
  [1, 'en', 'How did the partnership with the local museum begin?'],
  [0, 'en', 'It began with two volunteers who simply knocked on the door of the local museum and asked whether they could photograph the old tools. '
    + 'Nobody had a budget for that, and nobody expected that the volunteers would come back every week for a year.'],
  [1, 'en', 'And what made the museum say yes?'],
  [0, 'en', 'I think it was patience. A museum is careful with its collections, and rightly so. The volunteers wrote down every single step, '
    + 'they brought gloves, they showed the pictures before they published them, and after some months the director trusted them.'],
  [0, 'sv', 'Det viktigaste var att frivilliga och museet litade på varandra, även när det inte fanns några pengar.'],
  [1, 'en', 'Did the funding follow?'],
  [0, 'en', 'Later, yes. First a small grant for travel, then a real budget for a part-time coordinator. But I always say that the funding followed the work of the volunteers, never the other way round.'],
];
const RADIO_TALK = [
  [0, 'en', 'We recorded forty groups in a dozen languages, and what they share is that volunteers carry the work while the funding comes and goes.'],
  [0, 'en', 'In some places the museum is the partner, in others the library or a school. The reasoning differs, and that is what our report must follow.'],
];

/**
 * Spreads talk over time as a transcript.
 * @param {string} recording
 * @param {string[]} speakers
 * @param {any[][]} talk
 * @param {number} word_ms
 */
function transcribe(recording, speakers, talk, word_ms) {
  const words = { text: [], start_ms: [], end_ms: [], confidence: [], speaker: [] };
  const passages = [];
  const stretches = [];
  let at_ms = 1250;
  for (const [speaker, language, text] of talk) {
    const first_word = words.text.length;
    for (const word of text.match(/\S+\s*/g)) {
      words.text.push(/\s$/.test(word) ? word : `${word} `);
      words.start_ms.push(at_ms);
      words.end_ms.push(at_ms + word_ms - 60);
      words.confidence.push(word.startsWith('gloves') ? 31 : 93);
      words.speaker.push(speaker);
      at_ms += word_ms;
    }
    const end_word = words.text.length;
    const end_ms = words.end_ms[end_word - 1];
    passages.push({ first_word, end_word, start_ms: words.start_ms[first_word], end_ms });
    stretches.push({ first_word, end_word, language, trust: language === 'sv' ? 'doubtful' : 'good', exact_times: true });
    at_ms += 900;
  }
  const gaps = [{ kind: 'no_words', start_ms: passages[1]?.end_ms ?? 0, end_ms: (passages[1]?.end_ms ?? 0) + 800 }];
  return { recording, revision: 1, speakers, words, passages, stretches, gaps: talk === MUSEUM_TALK ? gaps : [] };
}

/** A three-hour interview of 27,000 words. */
function longTalk() {
  const sentences = [...MUSEUM_TALK, ...RADIO_TALK].filter(([, language]) => language === 'en');
  const talk = [];
  for (let words = 0, n = 0; words < 27_000; n++) {
    const text = [0, 1, 2].map((k) => sentences[(n * 5 + k * 2) % sentences.length][2]).join(' ');
    talk.push([n % 2, 'en', n % 12 === 7 ? `${text} Coordination matters.` : text]);
    words += text.split(' ').length;
  }
  return talk;
}

const HOSTILE_TALK = [
  [0, 'en', `<script>alert(1)</script> <img src=x onerror=alert(2)> ${'x'.repeat(5000)} and volunteers after it`],
  [0, 'ar', 'المتطوعون هم الذين بدأوا العمل مع المتحف المحلي'],
  [0, 'en', 'Then \u202Ereversed volunteers stay as they are written.'],
];

/** Five hundred people, a sentence each. */
const CROWD_NAMES = Array.from({ length: 500 }, (_, n) => `Person ${n + 1}`);
const CROWD_TALK = CROWD_NAMES.map((_, n) => [n, 'en', `I am one of the volunteers, number ${n + 1}.`]);

export const transcripts = new Map([
  [MUSEUM, transcribe(MUSEUM, ['Ann Lee', 'Interviewer'], MUSEUM_TALK, 420)],
  [RADIO, transcribe(RADIO, ['Björn Ek'], RADIO_TALK, 400)],
  [LONG, transcribe(LONG, ['Marta Nowak', 'Interviewer'], longTalk(), 380)],
  [GONE, transcribe(GONE, ['Chi Tran'], RADIO_TALK, 420)],
  [HOSTILE, transcribe(HOSTILE, ['<b>Eve</b> \u202Eevil'], HOSTILE_TALK, 420)],
  [CROWD, transcribe(CROWD, CROWD_NAMES, CROWD_TALK, 300)],
  [UNPLAYABLE, transcribe(UNPLAYABLE, ['Dora'], RADIO_TALK, 420)],
]);

/**
 * @param {string} recording
 * @param {string} title
 * @param {object} [more]
 */
function describe(recording, title, more = {}) {
  const transcript = transcripts.get(recording);
  return {
    id: recording, title, date: null, duration_ms: FILM_MS, kind: 'video',
    languages: [...new Set(transcript?.stretches.map((stretch) => stretch.language) ?? [])],
    speakers: transcript?.speakers ?? [], state: 'searchable', progress: null, failure: null, attempts: 0, next_try: null, damage: null,
    folders: ['/talks'], media: { url: `/media/${recording}`, mime: 'video/mp4', available: true, state: 'there' },
    revision: transcript ? 1 : null, words: transcript?.words.text.length ?? 0, doubtful_ms: 0, gap_ms: 0, ...more,
  };
}

export const recordings = [
  describe(MUSEUM, 'Museum partnership', { date: '2021-05-14' }),
  describe(RADIO, 'Why volunteers stay: a talk on the radio', { kind: 'audio', date: '2019-11-02', folders: ['/talks/radio'] }),
  describe(LONG, 'Three hours with the coordination team', {
    duration_ms: 3 * 3_600_000, media: { url: `/media/${LONG}`, mime: 'video/mp4', available: false, state: 'changed' },
  }),
  describe(GONE, 'An interview whose file was moved away', { languages: ['en'], damage: 'truncated at 12:34' }),
  describe(HOSTILE, '<script>alert("title")</script> & friends \u202Ednuora denrut'),
  describe(CROWD, 'A whole congress introduces itself', { doubtful_ms: 61_000, gap_ms: 4000 }),
  describe(UNPLAYABLE, 'A tape in an old format', {
    media: { url: `/media/${UNPLAYABLE}`, mime: 'video/x-msvideo', available: true, state: 'there' },
    tracks: [{ language: 'en', codec: 'AC-3', channels: 2, default: true, used: true }],
  }),
  describe(FAILED, 'Silent film', { state: 'failed', failure: { reason: 'the file has no sound', hint: 'record it again with a microphone' } }),
  describe(TRANSCRIBING, 'Annual meeting', {
    state: 'transcribing', duration_ms: 1_800_000, progress: { done_ms: 600_000, total_ms: 1_800_000 },
  }),
  describe(WAITING, 'Conversation in the library', {
    state: 'waiting', duration_ms: null, languages: [],
    failure: { reason: 'no permission to read the file', hint: '' }, attempts: 2, next_try: '2026-05-31T08:00:15Z',
  }),
];
