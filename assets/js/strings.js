/** Everything that the page says, in one place, so that it can be said in other languages. */

/** @import { Coverage, Gap, State } from './wire.js' */

export const LOCALE = 'en';

const numbers = new Intl.NumberFormat(LOCALE);
const languages = new Intl.DisplayNames([LOCALE], { type: 'language' });
const plurals = new Intl.PluralRules(LOCALE);

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [other]
 */
function counted(count, one, other = `${one}s`) {
  return `${numbers.format(count)} ${plurals.select(count) === 'one' ? one : other}`;
}

const moments = (/** @type {number} */ n) => counted(n, 'moment');
const recordings = (/** @type {number} */ n) => counted(n, 'recording');

export const strings = {
  appName: 'aloud',
  title: (/** @type {string} */ what) => `${what} – aloud`,
  libraryTitle: 'Library',
  searchTitle: 'Search',
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',

  // Search
  searchLabel: 'Search what was said',
  searchPlaceholder: 'words, or "a phrase"',
  found: (/** @type {number} */ hits, /** @type {number} */ inRecordings) => `${moments(hits)} in ${recordings(inRecordings)}`,
  foundNothing: 'No moments found',
  understood: 'Searched for',
  hitsIn: moments,
  namedRecordings: (/** @type {number} */ n) => `${recordings(n)} by title or people:`,
  allHits: (/** @type {number} */ n) => `All ${numbers.format(n)} in this recording`,
  fewerHits: 'Show fewer',
  moreRecordings: (/** @type {number} */ left) => `More recordings (${numbers.format(left)})`,
  timeline: (/** @type {number} */ n, /** @type {string} */ first, /** @type {string} */ last) =>
    n === 1 ? `Where: one moment at ${first}` : `Where: ${moments(n)} between ${first} and ${last}`,
  timelineMark: (/** @type {string} */ time, /** @type {number} */ n) => (n === 1 ? time : `${time}, ${moments(n)}`),
  doubtfulHit: 'uncertain',
  doubtfulHitWhy: 'The recogniser was not sure of these words.',

  // Search without an answer
  nothingFor: (/** @type {string} */ query) => `Nothing found for ${query}`,
  didYouMean: 'Did you mean',
  withoutThis: (/** @type {string | null} */ left_out) => `Without ${left_out ?? 'the quotation marks'}:`,
  nothingTogether: 'These are said, but never close together:',
  nothingAlone: 'Tried one by one:',
  never: 'never said',
  tips: 'What may help',
  tipList: [
    'Fewer words: all of them must be said close together.',
    'Another form of the word, or another spelling of a name.',
    'Without quotation marks: a phrase must be said exactly like that.',
  ],
  tipWaiting: (/** @type {number} */ n) =>
    `${recordings(n)} ${n === 1 ? 'is' : 'are'} still being transcribed. Search again later.`,

  // Search without a query
  recordingsTitle: 'Recordings',
  howTitle: 'How to search',
  how: /** @type {[string, string][]} */ ([
    ['volunteers museum', 'both words, said close together'],
    ['"local museum"', 'exactly these words in a row'],
    ['museum -budget', 'the first word, without the second nearby'],
    ['gift OR donation', 'either word'],
    ['fund* recieve~', 'words that begin so, words spelt almost so'],
    ['budget speaker:ann', 'what Ann says'],
  ]),
  noRecordings: 'There are no recordings yet.',
  addRecordings: 'Add a folder of interviews in the terminal:',
  addCommand: 'aloud index FOLDER',

  /** @param {Coverage} coverage */
  coverage(coverage) {
    const { searchable, recordings: all, waiting, failed, speech_ms, doubtful_ms } = coverage;
    const doubt = speech_ms > 0 ? (100 * doubtful_ms) / speech_ms : 0;
    return [
      searchable === all ? `${recordings(all)} searched` : `${numbers.format(searchable)} of ${recordings(all)} searched`,
      waiting > 0 && `${numbers.format(waiting)} waiting`,
      failed > 0 && `${numbers.format(failed)} failed`,
      doubt >= 1 && `${Math.round(doubt)} % uncertain`,
    ].filter((part) => part !== false).join(' · ');
  },

  // A recording
  length: (/** @type {number | null} */ ms) => {
    if (ms === null) return '';
    const seconds = Math.max(1, Math.round(ms / 1000));
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const minutes = Math.round(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  },
  language: (/** @type {string} */ code) => {
    try {
      return code === 'und' ? 'language unknown' : languages.of(code) ?? code;
    } catch {
      return code;
    }
  },
  soundTrack(/** @type {number} */ number, /** @type {number} */ of, /** @type {string | null} */ language) {
    const name = language && ` (${strings.language(language)})`;
    return `Words of sound track ${number} of ${of}${name ?? ''}`;
  },
  words: (/** @type {number} */ n) => counted(n, 'word'),
  kind: { video: 'Video', audio: 'Audio' },
  state: /** @type {Record<State, string>} */ ({
    waiting: 'Waiting',
    transcribing: 'Transcribing',
    searchable: 'Searchable',
    partly: 'Partly searchable',
    failed: 'Failed',
  }),
  progress: (/** @type {string} */ done, /** @type {string} */ total) => `${done} of ${total}`,
  openedAt: (/** @type {string} */ time) => `Opened at ${time}`,
  backToResults: (/** @type {string} */ query) => `All results for ${query}`,
  allRecordings: 'All recordings',

  findWithin: 'Find in this recording',
  findNone: 'none here',
  findPosition: (/** @type {number} */ at, /** @type {number} */ of) =>
    at > 0 ? `${numbers.format(at)} of ${numbers.format(of)}` : `${numbers.format(of)} found`,
  previousHit: 'Previous moment',
  nextHit: 'Next moment',
  transcript: 'Transcript',
  transcriptHelp: 'Arrow keys move from word to word, Enter goes to that moment.',
  noTranscript: 'There is no transcript yet.',
  transcribingNow: 'This recording is being transcribed. Its words appear here as soon as they are known.',
  waitingNow: 'This recording waits to be transcribed.',
  partlyNow: 'Parts of this recording could not be transcribed.',
  failedNow: 'This recording could not be transcribed.',
  newerTranscript: 'There is a newer transcript.',
  showNewer: 'Show it',
  transcriptChanged: 'The transcript has just been remade, so the moments are not marked yet.',
  removed: 'This recording was removed from the library.',
  approximate: 'Times are approximate: they come from captions that time whole lines.',
  uncertainWords: 'Dotted words are uncertain.',
  gap: (/** @type {Gap['kind']} */ kind, /** @type {string} */ from, /** @type {string} */ to) =>
    `${kind === 'no_words' ? 'Speech without recognised words' : 'Sound that was not transcribed'}, ${from}–${to}`,
  notATime: (/** @type {string} */ time) => `“${time}” is not a time, so the recording opens at its beginning.`,
  pastTheEnd: (/** @type {string} */ time) => `${time} lies after the end of this recording.`,
  backToNow: 'Back to now',

  // Media
  damage: (/** @type {string} */ what) => `Media file: ${what}.`,
  mediaMissing: 'The media file is not where it was, so nothing can be played. The transcript is complete.',
  mediaUnreadable: (/** @type {string} */ mime) =>
    `This browser cannot play the media file (${mime}). The transcript is complete.`,
  captionsLabel: 'Transcript',
  captions: (/** @type {boolean} */ on) => (on ? 'Captions on' : 'Captions off'),
  speed: (/** @type {number} */ rate) => `Speed ${rate}×`,
  muted: (/** @type {boolean} */ on) => (on ? 'Sound off' : 'Sound on'),

  // Quotes
  selection: 'Selected words',
  copyQuote: 'Copy quote',
  copyLink: 'Copy link',
  copied: 'Copied',
  notCopied: 'Your browser did not allow copying',
  quoted: (/** @type {string} */ text) => `“${text}”`,

  // Library
  libraryCount: recordings,

  // Trouble
  missingTitle: 'There is nothing at this address',
  missingHint: 'Search, or look through the library.',
  unknownRecording: 'This recording is not in the library',
  unknownRecordingHint: 'It may have been removed, or the link is incomplete.',
  unreachable: 'The server does not answer.',
  unreachableHint: 'Is aloud still running? Start it with “aloud serve”.',
  serverTrouble: 'The server could not answer.',

  // Keys
  keysTitle: 'Keys',
  keys: /** @type {[string[], string][]} */ ([
    [['Space', 'k'], 'play or pause'],
    [['j', 'l'], '10 seconds back or forward'],
    [['←', '→'], '5 seconds back or forward'],
    [['<', '>'], 'slower or faster'],
    [['m'], 'sound off or on'],
    [['f'], 'full screen'],
    [['c'], 'captions off or on'],
    [['n', 'Shift n'], 'next or previous moment'],
    [['/'], 'go to the search box'],
    [['?'], 'this list'],
  ]),
  keysInTranscript: /** @type {[string[], string][]} */ ([
    [['←', '→'], 'word by word'],
    [['↑', '↓'], 'paragraph by paragraph'],
    [['Shift ←', 'Shift →'], 'select words to quote'],
    [['Enter'], 'go to this moment'],
  ]),
  keysInTranscriptTitle: 'In the transcript',

  // Details of a recording
  details: {
    title: 'Details',
    toDecide: (/** @type {number} */ n) => `${numbers.format(n)} to decide`,
    fields: {
      title: 'Title',
      date: 'Date',
      people: 'People',
      place: 'Place',
      description: 'Description',
      language: 'Language',
      rights: 'Rights',
      source_url: 'Published at',
      folder: 'Collection',
    },
    hints: {
      date: '2021, 2021-05 or 2021-05-31',
      language: 'codes, such as sv or en, sv',
      source_url: 'https://…',
    },
    sources: {
      name: 'from the file’s name',
      tag: 'from the file’s tags',
      sidecar: 'from the document beside the file',
      csv: 'from a table',
      person: 'edited',
    },
    none: 'none',
    nothingKnown: 'Nothing else is known of this recording yet.',
    speakers: 'Speakers',
    speaker: (/** @type {string} */ name) => `Speaker ${name}`,
    spokenAs: (/** @type {string[]} */ names) => `in the transcript: ${names.join(', ')}`,
    speakersHint: 'Two speakers of one name become one person. Without a name, a speaker is called as in the transcript.',
    edit: 'Edit details',
    save: 'Save',
    cancel: 'Cancel',
    saved: 'Saved',
    differs: (/** @type {string} */ field, /** @type {string} */ theirs, /** @type {string | null} */ ours) =>
      `${field}: the document beside the file says “${theirs}”, here stands ${ours === null ? 'nothing' : `“${ours}”`}.`,
    take: (/** @type {string} */ field) => `${field}: take it`,
    keep: (/** @type {string} */ field) => `${field}: keep ours`,
  },
};
