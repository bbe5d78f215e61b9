/** What the page says in English; the other languages say the same. */

import { wordingOf } from '../lib/wording.js';

/** @import { Coverage, Gap, State } from '../wire.js' */

const { counted, day, instant, language, length, number, percent } = wordingOf('en');

const moments = (/** @type {number} */ n) => counted(n, { one: '{n} moment', other: '{n} moments' });
const recordings = (/** @type {number} */ n) => counted(n, { one: '{n} recording', other: '{n} recordings' });

/** @typedef {typeof strings} Strings */

export const strings = {
  direction: 'ltr',
  appName: 'aloud',
  title: (/** @type {string} */ what) => `${what} – aloud`,
  skip: 'Skip to content',
  libraryTitle: 'Library',
  searchTitle: 'Search',
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  day,
  instant,
  length,
  number,

  // Search
  searchLabel: 'Search what was said',
  searchPlaceholder: 'words, or "a phrase"',
  found: (/** @type {number} */ hits, /** @type {number} */ inRecordings) => `${moments(hits)} in ${recordings(inRecordings)}`,
  foundNothing: 'No moments found',
  understood: 'Searched for',
  hitsIn: moments,
  namedRecordings: (/** @type {number} */ n) => `${recordings(n)} found by title, people, place or description:`,
  allHits: (/** @type {number} */ n) => `All ${number(n)} in this recording`,
  fewerHits: 'Show fewer',
  moreRecordings: (/** @type {number} */ left) => `More recordings (${number(left)})`,
  timeline: (/** @type {number} */ n, /** @type {string} */ first, /** @type {string} */ last) =>
    n === 1 ? `Where: one moment at ${first}` : `Where: ${moments(n)} between ${first} and ${last}`,
  timelineMark: (/** @type {string} */ time, /** @type {number} */ n) => (n === 1 ? time : `${time}, ${moments(n)}`),
  doubtfulHit: 'uncertain',
  doubtfulHitWhy: 'The recogniser was not sure of these words.',

  // What can be done with results
  sortLabel: 'Order',
  sorts: { relevance: 'Best first', time: 'By title', date: 'Newest first' },
  pictureOrList: 'View',
  asList: 'List',
  asPicture: 'Picture',
  download: 'Download as a table (CSV)',
  narrow: 'Narrow down',
  facets: { speaker: 'Speakers', language: 'Languages', folder: 'Folders', year: 'Years' },
  facetMore: (/** @type {number} */ n) => `and ${number(n)} more`,

  // One hit, where it stands
  playHere: (/** @type {string} */ time) => `Play here, ${time}`,
  stopHere: 'Close the player',
  readAround: (/** @type {string} */ time) => `Read on here, ${time}`,
  readLess: 'Close the text',
  earlier: 'Earlier',
  later: 'Later',
  aroundLabel: (/** @type {string} */ time) => `What is said around ${time}`,

  // The picture
  pictureHow: 'A row is a recording, from left to right its time. Each mark is a place where it is said.',
  pictureLeft: (/** @type {number} */ n) => counted(n, { one: '{n} more recording is not shown. Narrow down the search to see it.', other: '{n} more recordings are not shown. Narrow down the search to see them.' }),
  yearsTitle: 'By year',
  yearsUnknown: (/** @type {number} */ n) => `${moments(n)} in recordings without a date`,

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
    counted(n, { one: '{n} recording is still being transcribed. Search again later.', other: '{n} recordings are still being transcribed. Search again later.' }),

  // Search without a query
  recordingsTitle: 'Recordings',
  allInLibrary: (/** @type {number} */ n) => `All ${recordings(n)}`,
  howTitle: 'How to search',
  help: 'Help with searching',
  how: {
    words: 'both words, said close together',
    phrase: 'exactly these words in a row',
    without: 'the first word, without the second nearby',
    either: 'either word',
    prefix: 'words that begin so',
    misspelt: 'words spelt almost so',
    speaker: 'what one person says',
    language: 'what is said in one language',
    date: 'in recordings of that year',
  },
  howExamples: { words: ['museum', 'volunteers'], apart: 'budget', phrase: 'local museum', speaker: 'Ann' },
  noRecordings: 'There are no recordings yet.',
  addRecordings: 'Add a folder of interviews in the terminal:',
  addCommand: 'aloud index FOLDER',

  /** @param {Coverage} coverage */
  coverage(coverage) {
    const { searchable, recordings: all, waiting, failed, missing, paused, speech_ms, doubtful_ms, gap_ms } = coverage;
    const doubt = speech_ms > 0 ? doubtful_ms / speech_ms : 0;
    const gap = gap_ms > 0 ? gap_ms / (speech_ms + gap_ms) : 0;
    return [
      searchable === all ? `${recordings(all)} searched` : `${number(searchable)} of ${recordings(all)} searched`,
      waiting > 0 && `${number(waiting)} waiting`,
      failed > 0 && `${number(failed)} failed`,
      missing > 0 && `${number(missing)} without media`,
      paused && 'paused',
      doubt >= 0.01 && `${percent(doubt)} uncertain`,
      gap >= 0.01 && `${percent(gap)} without words`,
    ].filter((part) => part !== false).join(' · ');
  },

  // A recording
  language: (/** @type {string} */ code) => language(code, 'language unknown'),
  soundTrack: (/** @type {number} */ n, /** @type {number} */ of, /** @type {string | null} */ code) =>
    `Words of sound track ${n} of ${of}${code ? ` (${language(code, '?')})` : ''}`,
  words: (/** @type {number} */ n) => counted(n, { one: '{n} word', other: '{n} words' }),
  moreSpeakers: (/** @type {number} */ n) => `and ${number(n)} more`,
  kind: { audio: 'Audio' },
  state: /** @type {Record<State, string>} */ ({
    waiting: 'Waiting',
    transcribing: 'Transcribing',
    searchable: 'Searchable',
    partly: 'Partly searchable',
    failed: 'Failed',
  }),
  progress: (/** @type {string} */ done, /** @type {string} */ total) => `${done} of ${total}`,
  nextTry: (/** @type {string} */ when) => `Next try: ${when}.`,
  tried: (/** @type {number} */ n) => counted(n, { one: 'Tried once.', other: 'Tried {n} times.' }),
  mediaStates: {
    missing: 'The media file is missing.',
    changed: 'The media file was changed: its words no longer belong to it.',
  },
  openedAt: (/** @type {string} */ time) => `Opened at ${time}`,
  backToResults: (/** @type {string} */ query) => `All results for ${query}`,
  allRecordings: 'All recordings',

  findWithin: 'Find in this recording',
  findNone: 'none here',
  findPosition: (/** @type {number} */ at, /** @type {number} */ of) =>
    at > 0 ? `${number(at)} of ${number(of)}` : `${number(of)} found`,
  previousHit: 'Previous moment',
  nextHit: 'Next moment',
  transcript: 'Transcript',
  transcriptHelp: 'Arrow keys move from word to word, Enter goes to that moment.',
  noTranscript: 'There is no transcript yet.',
  transcribingNow: 'This recording is being transcribed. Its words appear here as soon as they are known.',
  waitingNow: 'This recording is waiting to be transcribed.',
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
  speechStrip: 'Where people speak. A click plays from there.',

  // Media
  damage: (/** @type {string} */ what) => `Media file: ${what}.`,
  mediaMissing: 'The media file is not where it was, so nothing can be played.',
  mediaChanged: 'The media file was replaced by another one, so nothing can be played. The transcript is that of the first.',
  mediaUnreadable: (/** @type {string} */ what) => `This browser cannot play the media file (${what}).`,
  pictureUnreadable: (/** @type {string} */ what) => `This browser plays the sound of the media file (${what}) but cannot show its picture.`,
  soundUnreadable: (/** @type {string} */ what) => `This browser shows the picture of the media file (${what}) but cannot play its sound.`,
  makeCopy: 'Make a copy that plays here',
  makeCopyHint: 'The original stays as it is. The copy lies in the folder of the library and can be deleted.',
  convertHint: 'To watch it here, convert it and index the result:',
  copyWaiting: 'A copy that plays here is waiting to be made.',
  copyRunning: 'A copy that plays here is being made.',
  copyFailed: (/** @type {string} */ reason) => `The copy could not be made: ${reason}.`,
  copyPlays: 'This is a copy made for browsers.',
  deleteCopy: 'Delete the copy',
  captionsLabel: 'Transcript',
  captions: /** @type {(on: boolean) => string} */ ((on) => (on ? 'Captions on' : 'Captions off')),
  speed: (/** @type {number} */ rate) => `Speed ${number(rate)}×`,
  muted: /** @type {(on: boolean) => string} */ ((on) => (on ? 'Sound off' : 'Sound on')),
  stillRead: 'The transcript can still be read.',

  // Quotes
  selection: 'Selected words',
  copyQuote: 'Copy quote',
  copyLink: 'Copy link',
  copied: 'Copied',
  notCopied: 'Your browser did not allow copying',
  quoted: (/** @type {string} */ text) => `“${text}”`,
  quoteMoved: (/** @type {string} */ time) => `The transcript was remade. The quoted words are now found at ${time}.`,
  quoteChanged: 'Wording changed since quoted: the transcript was remade. What is marked now stands where the quote was.',

  // Library
  libraryCount: recordings,
  libraryShown: (/** @type {number} */ shown, /** @type {number} */ all) => `${number(shown)} of ${recordings(all)}`,
  showLabel: 'Show',
  shows: { all: 'All', unsearched: 'Not searchable', doubtful: 'With uncertain words' },
  folderLabel: 'Folder',
  allFolders: 'All folders',
  librarySorts: { attention: 'What needs attention', title: 'By title', date: 'Newest first', length: 'Longest first' },
  nothingSuch: 'There are no such recordings.',
  doubtfulPart: (/** @type {string} */ length, /** @type {number} */ share) => `${length} uncertain (${percent(share)})`,
  gapPart: (/** @type {string} */ length) => `${length} of speech without words`,
  left: (/** @type {number} */ n, /** @type {string} */ time) =>
    counted(n, { one: '{n} recording is still to be transcribed', other: '{n} recordings are still to be transcribed' }) + (time && `, about ${time}`) + '.',
  paused: 'The work is paused.',
  pause: 'Pause',
  resume: 'Let it go on',
  goesOn: 'The work goes on.',
  stalled: 'The work stands still.',
  unreadable: (/** @type {number} */ n) => counted(n, { one: '{n} file could not be read', other: '{n} files could not be read' }),
  transcribeAgain: 'Transcribe again',
  tryNow: 'Try now',
  askedAgain: 'Asked for',

  // Trouble
  missingTitle: 'There is nothing at this address',
  missingHint: 'Search, or look through the library.',
  unknownRecording: 'This recording is not in the library',
  unknownRecordingHint: 'It may have been removed, or the link is incomplete.',
  unreachable: 'The server does not answer.',
  unreachableHint: 'Is aloud still running? Start it with “aloud serve”.',
  reconnecting: 'The server does not answer. This page goes on by itself when it is back.',
  serverTrouble: 'The server could not answer.',

  // Keys
  keysTitle: 'Help and keys',
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
    [['↓'], 'first result, from the search box'],
    [['?'], 'this list'],
  ]),
  keysTitleRecording: 'In a recording',
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
    toDecide: (/** @type {number} */ n) => `${number(n)} to decide`,
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
