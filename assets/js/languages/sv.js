/** What the page says in Swedish. */

import { wordingOf } from '../lib/wording.js';

const { counted, day, instant, language, length, number, percent } = wordingOf('sv');

const moments = (/** @type {number} */ n) => counted(n, { one: '{n} ställe', other: '{n} ställen' });
const recordings = (/** @type {number} */ n) => counted(n, { one: '{n} inspelning', other: '{n} inspelningar' });

/** @type {import('./en.js').Strings} */
export const strings = {
  direction: 'ltr',
  appName: 'aloud',
  title: (what) => `${what} – aloud`,
  skip: 'Hoppa till innehållet',
  libraryTitle: 'Bibliotek',
  searchTitle: 'Sök',
  loading: 'Laddar…',
  retry: 'Försök igen',
  close: 'Stäng',
  day,
  instant,
  length,
  number,

  // Search
  searchLabel: 'Sök i det som sades',
  searchPlaceholder: 'ord, eller "en fras"',
  found: (hits, inRecordings) => `${moments(hits)} i ${recordings(inRecordings)}`,
  foundNothing: 'Inga ställen hittades',
  understood: 'Sökte efter',
  hitsIn: moments,
  namedRecordings: (n) => `${recordings(n)} efter titel eller personer:`,
  allHits: (n) => `Alla ${number(n)} i den här inspelningen`,
  fewerHits: 'Visa färre',
  moreRecordings: (left) => `Fler inspelningar (${number(left)})`,
  timeline: (n, first, last) => (n === 1 ? `Var: ett ställe vid ${first}` : `Var: ${moments(n)} mellan ${first} och ${last}`),
  timelineMark: (time, n) => (n === 1 ? time : `${time}, ${moments(n)}`),
  doubtfulHit: 'osäkert',
  doubtfulHitWhy: 'Igenkänningen var inte säker på de här orden.',

  // What can be done with results
  sortLabel: 'Ordning',
  sorts: { relevance: 'Bäst först', time: 'Efter titel', date: 'Nyast först' },
  pictureOrList: 'Form',
  asList: 'Lista',
  asPicture: 'Bild',
  download: 'Ladda ner som tabell (CSV)',
  narrow: 'Begränsa',
  facets: { speaker: 'Talare', language: 'Språk', folder: 'Mappar', year: 'År' },
  facetMore: (n) => `och ${number(n)} till`,

  // One hit, where it stands
  playHere: (time) => `Spela här, ${time}`,
  stopHere: 'Stäng spelaren',
  readAround: (time) => `Läs vidare här, ${time}`,
  readLess: 'Stäng texten',
  earlier: 'Tidigare',
  later: 'Senare',
  aroundLabel: (time) => `Vad som sägs kring ${time}`,

  // The picture
  pictureHow: 'En rad är en inspelning, från vänster till höger dess tid. Varje märke är ett ställe där det sägs.',
  pictureLeft: (n) => `${recordings(n)} till visas inte. Begränsa sökningen för att se dem.`,
  yearsTitle: 'Per år',
  yearsUnknown: (n) => `${moments(n)} i inspelningar utan datum`,

  // Search without an answer
  nothingFor: (query) => `Inget hittades för ${query}`,
  didYouMean: 'Menade du',
  withoutThis: (left_out) => `Utan ${left_out ?? 'citattecknen'}:`,
  nothingTogether: 'De här sägs, men aldrig nära varandra:',
  nothingAlone: 'Prövade ett och ett:',
  never: 'sägs aldrig',
  tips: 'Vad som kan hjälpa',
  tipList: [
    'Färre ord: alla måste sägas nära varandra.',
    'En annan form av ordet, eller en annan stavning av ett namn.',
    'Utan citattecken: en fras måste sägas precis så.',
  ],
  tipWaiting: (n) => counted(n, { one: '{n} inspelning skrivs fortfarande ut. Sök igen senare.', other: '{n} inspelningar skrivs fortfarande ut. Sök igen senare.' }),

  // Search without a query
  recordingsTitle: 'Inspelningar',
  allInLibrary: (n) => counted(n, { one: 'Den enda inspelningen', other: 'Alla {n} inspelningar' }),
  howTitle: 'Så söker du',
  help: 'Hjälp med att söka',
  how: {
    words: 'båda orden, sagda nära varandra',
    phrase: 'precis de här orden i rad',
    without: 'det första ordet, utan det andra i närheten',
    either: 'något av orden',
    prefix: 'ord som börjar så',
    misspelt: 'ord som stavas nästan så',
    speaker: 'vad en person säger',
    language: 'vad som sägs på ett språk',
    date: 'i inspelningar från det året',
  },
  howExamples: { words: ['museum', 'frivilliga'], phrase: 'lokala museet', speaker: 'Anna' },
  noRecordings: 'Det finns inga inspelningar ännu.',
  addRecordings: 'Lägg till en mapp med intervjuer i terminalen:',
  addCommand: 'aloud index MAPP',

  coverage({ searchable, recordings: all, waiting, failed, speech_ms, doubtful_ms }) {
    const doubt = speech_ms > 0 ? doubtful_ms / speech_ms : 0;
    return [
      searchable === all ? `Sökte i ${recordings(all)}` : `Sökte i ${number(searchable)} av ${recordings(all)}`,
      waiting > 0 && `${number(waiting)} väntar`,
      failed > 0 && `${number(failed)} misslyckades`,
      doubt >= 0.01 && `${percent(doubt)} osäkert`,
    ].filter((part) => part !== false).join(' · ');
  },

  // A recording
  language: (code) => language(code, 'okänt språk'),
  soundTrack: (n, of, code) => `Ord från ljudspår ${n} av ${of}${code ? ` (${language(code, '?')})` : ''}`,
  words: (n) => counted(n, { other: '{n} ord' }),
  moreSpeakers: (n) => `och ${number(n)} till`,
  kind: { video: 'Video', audio: 'Ljud' },
  state: {
    waiting: 'Väntar',
    transcribing: 'Skrivs ut',
    searchable: 'Sökbar',
    partly: 'Delvis sökbar',
    failed: 'Misslyckades',
  },
  progress: (done, total) => `${done} av ${total}`,
  nextTry: (when) => `Nästa försök: ${when}.`,
  openedAt: (time) => `Öppnad vid ${time}`,
  backToResults: (query) => `Alla resultat för ${query}`,
  allRecordings: 'Alla inspelningar',

  findWithin: 'Sök i den här inspelningen',
  findNone: 'inget här',
  findPosition: (at, of) => (at > 0 ? `${number(at)} av ${number(of)}` : `${number(of)} hittade`),
  previousHit: 'Föregående ställe',
  nextHit: 'Nästa ställe',
  transcript: 'Utskrift',
  transcriptHelp: 'Piltangenterna går från ord till ord, Enter går till det stället.',
  noTranscript: 'Det finns ingen utskrift ännu.',
  transcribingNow: 'Den här inspelningen skrivs ut. Orden visas här så snart de är kända.',
  waitingNow: 'Den här inspelningen väntar på att skrivas ut.',
  partlyNow: 'Delar av den här inspelningen kunde inte skrivas ut.',
  failedNow: 'Den här inspelningen kunde inte skrivas ut.',
  newerTranscript: 'Det finns en nyare utskrift.',
  showNewer: 'Visa den',
  transcriptChanged: 'Utskriften har just gjorts om, så ställena är inte markerade ännu.',
  removed: 'Den här inspelningen togs bort ur biblioteket.',
  approximate: 'Tiderna är ungefärliga: de kommer från undertexter som anger tid för hela rader.',
  uncertainWords: 'Prickade ord är osäkra.',
  gap: (kind, from, to) => `${kind === 'no_words' ? 'Tal utan igenkända ord' : 'Ljud som inte skrevs ut'}, ${from}–${to}`,
  notATime: (time) => `”${time}” är ingen tid, så inspelningen öppnas från början.`,
  pastTheEnd: (time) => `${time} ligger efter slutet av den här inspelningen.`,
  backToNow: 'Tillbaka till nu',
  speechStrip: 'Där någon talar. Ett klick spelar därifrån.',

  // Media
  damage: (what) => `Mediefilen: ${what}.`,
  mediaMissing: 'Mediefilen ligger inte kvar där den låg, så inget kan spelas. Utskriften är fullständig.',
  mediaUnreadable: (what) => `Den här webbläsaren kan inte spela mediefilen (${what}). Utskriften är fullständig.`,
  pictureUnreadable: (what) => `Den här webbläsaren spelar ljudet i mediefilen (${what}) men kan inte visa bilden.`,
  soundUnreadable: (what) => `Den här webbläsaren visar bilden i mediefilen (${what}) men kan inte spela ljudet.`,
  makeCopy: 'Gör en kopia som kan spelas här',
  makeCopyHint: 'Originalet lämnas orört. Kopian ligger i bibliotekets mapp och kan raderas.',
  convertHint: 'För att se den här, konvertera filen och indexera resultatet:',
  copyWaiting: 'En kopia som kan spelas här väntar på att göras.',
  copyRunning: 'En kopia som kan spelas här görs.',
  copyFailed: (reason) => `Kopian kunde inte göras: ${reason}.`,
  copyPlays: 'Det här är en kopia gjord för webbläsare.',
  deleteCopy: 'Radera kopian',
  captionsLabel: 'Utskrift',
  captions: (on) => (on ? 'Textning på' : 'Textning av'),
  speed: (rate) => `Hastighet ${number(rate)}×`,
  muted: (on) => (on ? 'Ljud av' : 'Ljud på'),

  // Quotes
  selection: 'Markerade ord',
  copyQuote: 'Kopiera citat',
  copyLink: 'Kopiera länk',
  copied: 'Kopierat',
  notCopied: 'Webbläsaren tillät inte kopiering',
  quoted: (text) => `”${text}”`,
  quoteMoved: (time) => `Utskriften har gjorts om. De citerade orden finns nu vid ${time}.`,
  quoteChanged: 'Ordalydelsen har ändrats sedan citatet: utskriften har gjorts om. Det markerade står nu där citatet stod.',

  // Library
  libraryCount: recordings,
  libraryShown: (shown, all) => `${number(shown)} av ${recordings(all)}`,
  showLabel: 'Visa',
  shows: { all: 'Alla', unsearched: 'Inte sökbara', doubtful: 'Med osäkra ord' },
  folderLabel: 'Mapp',
  allFolders: 'Alla mappar',
  librarySorts: { attention: 'Det som kräver åtgärd', title: 'Efter titel', date: 'Nyast först', length: 'Längst först' },
  nothingSuch: 'Det finns inga sådana inspelningar.',
  doubtfulPart: (span, share) => `${span} osäkert (${percent(share)})`,
  gapPart: (span) => `${span} tal utan ord`,
  tryAgain: 'Skriv ut igen',
  askedAgain: 'Begärt',

  // Trouble
  missingTitle: 'Det finns inget på den här adressen',
  missingHint: 'Sök, eller titta i biblioteket.',
  unknownRecording: 'Den här inspelningen finns inte i biblioteket',
  unknownRecordingHint: 'Den kan ha tagits bort, eller så är länken ofullständig.',
  unreachable: 'Servern svarar inte.',
  unreachableHint: 'Är aloud igång? Starta det med ”aloud serve”.',
  reconnecting: 'Servern svarar inte. Sidan fortsätter av sig själv när den är tillbaka.',
  serverTrouble: 'Servern kunde inte svara.',

  // Keys
  keysTitle: 'Hjälp och tangenter',
  keys: [
    [['Mellanslag', 'k'], 'spela eller pausa'],
    [['j', 'l'], '10 sekunder bakåt eller framåt'],
    [['←', '→'], '5 sekunder bakåt eller framåt'],
    [['<', '>'], 'långsammare eller snabbare'],
    [['m'], 'ljud av eller på'],
    [['f'], 'helskärm'],
    [['c'], 'textning av eller på'],
    [['n', 'Skift n'], 'nästa eller föregående ställe'],
    [['/'], 'gå till sökrutan'],
    [['↓'], 'första träffen, från sökrutan'],
    [['?'], 'den här listan'],
  ],
  keysTitleRecording: 'I en inspelning',
  keysInTranscript: [
    [['←', '→'], 'ord för ord'],
    [['↑', '↓'], 'stycke för stycke'],
    [['Skift ←', 'Skift →'], 'markera ord att citera'],
    [['Enter'], 'gå till det stället'],
  ],
  keysInTranscriptTitle: 'I utskriften',
};
