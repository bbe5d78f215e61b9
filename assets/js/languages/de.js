/** What the page says in German. */

import { wordingOf } from '../lib/wording.js';

const { counted, day, instant, language, length, number, percent } = wordingOf('de');

const moments = (/** @type {number} */ n) => counted(n, { one: '{n} Stelle', other: '{n} Stellen' });
const recordings = (/** @type {number} */ n) => counted(n, { one: '{n} Aufnahme', other: '{n} Aufnahmen' });

/** @type {import('./en.js').Strings} */
export const strings = {
  direction: 'ltr',
  appName: 'aloud',
  title: (what) => `${what} – aloud`,
  skip: 'Zum Inhalt springen',
  libraryTitle: 'Bibliothek',
  searchTitle: 'Suche',
  loading: 'Wird geladen…',
  retry: 'Noch einmal versuchen',
  close: 'Schließen',
  day,
  instant,
  length,
  number,

  // Search
  searchLabel: 'Suchen, was gesagt wurde',
  searchPlaceholder: 'Wörter, oder "eine Wendung"',
  found: (hits, inRecordings) => `${moments(hits)} in ${recordings(inRecordings)}`,
  foundNothing: 'Keine Stellen gefunden',
  understood: 'Gesucht wurde',
  hitsIn: moments,
  namedRecordings: (n) => `${recordings(n)} nach Titel oder Personen:`,
  allHits: (n) => `Alle ${number(n)} in dieser Aufnahme`,
  fewerHits: 'Weniger zeigen',
  moreRecordings: (left) => `Weitere Aufnahmen (${number(left)})`,
  timeline: (n, first, last) => (n === 1 ? `Wo: eine Stelle bei ${first}` : `Wo: ${moments(n)} zwischen ${first} und ${last}`),
  timelineMark: (time, n) => (n === 1 ? time : `${time}, ${moments(n)}`),
  doubtfulHit: 'unsicher',
  doubtfulHitWhy: 'Die Erkennung war sich dieser Wörter nicht sicher.',

  // What can be done with results
  sortLabel: 'Reihenfolge',
  sorts: { relevance: 'Beste zuerst', time: 'Nach Titel', date: 'Neueste zuerst' },
  pictureOrList: 'Form',
  asList: 'Liste',
  asPicture: 'Bild',
  download: 'Als Tabelle herunterladen (CSV)',
  narrow: 'Eingrenzen',
  facets: { speaker: 'Sprechende', language: 'Sprachen', folder: 'Ordner', year: 'Jahre' },
  facetMore: (n) => `und ${number(n)} weitere`,

  // One hit, where it stands
  playHere: (time) => `Hier abspielen, ${time}`,
  stopHere: 'Abspielen beenden',
  readAround: (time) => `Hier weiterlesen, ${time}`,
  readLess: 'Text schließen',
  earlier: 'Davor',
  later: 'Danach',
  aroundLabel: (time) => `Was um ${time} gesagt wird`,

  // The picture
  pictureHow: 'Eine Zeile ist eine Aufnahme, von links nach rechts ihre Zeit. Jede Marke ist eine Stelle, an der es gesagt wird.',
  pictureLeft: (n) => counted(n, { one: '{n} weitere Aufnahme ist nicht gezeigt. Grenzen Sie die Suche ein, um sie zu sehen.', other: '{n} weitere Aufnahmen sind nicht gezeigt. Grenzen Sie die Suche ein, um sie zu sehen.' }),
  yearsTitle: 'Nach Jahren',
  yearsUnknown: (n) => `${moments(n)} in Aufnahmen ohne Datum`,

  // Search without an answer
  nothingFor: (query) => `Nichts gefunden für ${query}`,
  didYouMean: 'Meinten Sie',
  withoutThis: (left_out) => `Ohne ${left_out ?? 'die Anführungszeichen'}:`,
  nothingTogether: 'Diese werden gesagt, aber nie nahe beieinander:',
  nothingAlone: 'Einzeln versucht:',
  never: 'nie gesagt',
  tips: 'Was helfen kann',
  tipList: [
    'Weniger Wörter: Alle müssen nahe beieinander gesagt werden.',
    'Eine andere Form des Wortes oder eine andere Schreibung eines Namens.',
    'Ohne Anführungszeichen: Eine Wendung muss genau so gesagt werden.',
  ],
  tipWaiting: (n) => counted(n, { one: '{n} Aufnahme wird noch transkribiert. Suchen Sie später noch einmal.', other: '{n} Aufnahmen werden noch transkribiert. Suchen Sie später noch einmal.' }),

  // Search without a query
  recordingsTitle: 'Aufnahmen',
  allInLibrary: (n) => counted(n, { one: 'Die einzige Aufnahme', other: 'Alle {n} Aufnahmen' }),
  howTitle: 'Wie man sucht',
  help: 'Hilfe zum Suchen',
  how: {
    words: 'beide Wörter, nahe beieinander gesagt',
    phrase: 'genau diese Wörter hintereinander',
    without: 'das erste Wort, ohne das zweite in der Nähe',
    either: 'eines der Wörter',
    prefix: 'Wörter, die so anfangen',
    misspelt: 'Wörter, die fast so geschrieben werden',
    speaker: 'was eine Person sagt',
    language: 'was in einer Sprache gesagt wird',
    date: 'in Aufnahmen aus diesem Jahr',
  },
  howExamples: { words: ['Museum', 'Ehrenamtliche'], phrase: 'örtliche Museum', speaker: 'Anna' },
  noRecordings: 'Es gibt noch keine Aufnahmen.',
  addRecordings: 'Fügen Sie im Terminal einen Ordner mit Interviews hinzu:',
  addCommand: 'aloud index ORDNER',

  coverage({ searchable, recordings: all, waiting, failed, speech_ms, doubtful_ms }) {
    const doubt = speech_ms > 0 ? doubtful_ms / speech_ms : 0;
    return [
      searchable === all ? `${recordings(all)} durchsucht` : `${number(searchable)} von ${recordings(all)} durchsucht`,
      waiting > 0 && counted(waiting, { one: '{n} wartet', other: '{n} warten' }),
      failed > 0 && `${number(failed)} fehlgeschlagen`,
      doubt >= 0.01 && `${percent(doubt)} unsicher`,
    ].filter((part) => part !== false).join(' · ');
  },

  // A recording
  language: (code) => language(code, 'Sprache unbekannt'),
  soundTrack: (n, of, code) => `Wörter der Tonspur ${n} von ${of}${code ? ` (${language(code, '?')})` : ''}`,
  words: (n) => counted(n, { one: '{n} Wort', other: '{n} Wörter' }),
  moreSpeakers: (n) => `und ${number(n)} weitere`,
  kind: { video: 'Video', audio: 'Ton' },
  state: {
    waiting: 'Wartet',
    transcribing: 'Wird transkribiert',
    searchable: 'Durchsuchbar',
    partly: 'Teilweise durchsuchbar',
    failed: 'Fehlgeschlagen',
  },
  progress: (done, total) => `${done} von ${total}`,
  nextTry: (when) => `Nächster Versuch: ${when}.`,
  openedAt: (time) => `Geöffnet bei ${time}`,
  backToResults: (query) => `Alle Ergebnisse für ${query}`,
  allRecordings: 'Alle Aufnahmen',

  findWithin: 'In dieser Aufnahme suchen',
  findNone: 'nichts hier',
  findPosition: (at, of) => (at > 0 ? `${number(at)} von ${number(of)}` : `${number(of)} gefunden`),
  previousHit: 'Vorige Stelle',
  nextHit: 'Nächste Stelle',
  transcript: 'Transkript',
  transcriptHelp: 'Pfeiltasten gehen von Wort zu Wort, die Eingabetaste springt zu dieser Stelle.',
  noTranscript: 'Es gibt noch kein Transkript.',
  transcribingNow: 'Diese Aufnahme wird transkribiert. Ihre Wörter erscheinen hier, sobald sie bekannt sind.',
  waitingNow: 'Diese Aufnahme wartet darauf, transkribiert zu werden.',
  partlyNow: 'Teile dieser Aufnahme konnten nicht transkribiert werden.',
  failedNow: 'Diese Aufnahme konnte nicht transkribiert werden.',
  newerTranscript: 'Es gibt ein neueres Transkript.',
  showNewer: 'Zeigen',
  transcriptChanged: 'Das Transkript wurde gerade neu gemacht; die Stellen sind daher noch nicht markiert.',
  removed: 'Diese Aufnahme wurde aus der Bibliothek entfernt.',
  approximate: 'Die Zeiten sind ungefähr: Sie stammen aus Untertiteln, die nur ganze Zeilen zeitlich angeben.',
  uncertainWords: 'Punktierte Wörter sind unsicher.',
  gap: (kind, from, to) => `${kind === 'no_words' ? 'Sprache ohne erkannte Wörter' : 'Ton, der nicht transkribiert wurde'}, ${from}–${to}`,
  notATime: (time) => `„${time}“ ist keine Zeit, daher öffnet sich die Aufnahme am Anfang.`,
  pastTheEnd: (time) => `${time} liegt hinter dem Ende dieser Aufnahme.`,
  backToNow: 'Zurück zum Jetzt',
  speechStrip: 'Wo gesprochen wird. Ein Klick spielt von dort.',

  // Media
  damage: (what) => `Mediendatei: ${what}.`,
  mediaMissing: 'Die Mediendatei ist nicht mehr an ihrem Ort, daher kann nichts abgespielt werden. Das Transkript ist vollständig.',
  mediaUnreadable: (what) => `Dieser Browser kann die Mediendatei (${what}) nicht abspielen. Das Transkript ist vollständig.`,
  pictureUnreadable: (what) => `Dieser Browser spielt den Ton der Mediendatei (${what}), kann aber ihr Bild nicht zeigen.`,
  soundUnreadable: (what) => `Dieser Browser zeigt das Bild der Mediendatei (${what}), kann aber ihren Ton nicht abspielen.`,
  makeCopy: 'Eine Kopie machen, die hier läuft',
  makeCopyHint: 'Das Original bleibt, wie es ist. Die Kopie liegt im Ordner der Bibliothek und kann gelöscht werden.',
  convertHint: 'Um sie hier zu sehen, wandeln Sie sie um und indizieren Sie das Ergebnis:',
  copyWaiting: 'Eine Kopie, die hier läuft, wartet darauf, gemacht zu werden.',
  copyRunning: 'Eine Kopie, die hier läuft, wird gemacht.',
  copyFailed: (reason) => `Die Kopie konnte nicht gemacht werden: ${reason}.`,
  copyPlays: 'Dies ist eine Kopie, die für Browser gemacht wurde.',
  deleteCopy: 'Kopie löschen',
  captionsLabel: 'Transkript',
  captions: (on) => (on ? 'Untertitel an' : 'Untertitel aus'),
  speed: (rate) => `Geschwindigkeit ${number(rate)}×`,
  muted: (on) => (on ? 'Ton aus' : 'Ton an'),

  // Quotes
  selection: 'Ausgewählte Wörter',
  copyQuote: 'Zitat kopieren',
  copyLink: 'Link kopieren',
  copied: 'Kopiert',
  notCopied: 'Der Browser hat das Kopieren nicht erlaubt',
  quoted: (text) => `„${text}“`,
  quoteMoved: (time) => `Das Transkript wurde neu gemacht. Die zitierten Wörter stehen jetzt bei ${time}.`,
  quoteChanged: 'Wortlaut seit dem Zitat geändert: Das Transkript wurde neu gemacht. Das Markierte steht jetzt, wo das Zitat stand.',

  // Library
  libraryCount: recordings,
  libraryShown: (shown, all) => `${number(shown)} von ${recordings(all)}`,
  showLabel: 'Zeigen',
  shows: { all: 'Alle', unsearched: 'Nicht durchsuchbare', doubtful: 'Mit unsicheren Wörtern' },
  folderLabel: 'Ordner',
  allFolders: 'Alle Ordner',
  librarySorts: { attention: 'Was Aufmerksamkeit braucht', title: 'Nach Titel', date: 'Neueste zuerst', length: 'Längste zuerst' },
  nothingSuch: 'Solche Aufnahmen gibt es nicht.',
  doubtfulPart: (span, share) => `${span} unsicher (${percent(share)})`,
  gapPart: (span) => `${span} Sprache ohne Wörter`,
  tryAgain: 'Noch einmal transkribieren',
  askedAgain: 'Angefordert',

  // Trouble
  missingTitle: 'Unter dieser Adresse gibt es nichts',
  missingHint: 'Suchen Sie, oder sehen Sie in der Bibliothek nach.',
  unknownRecording: 'Diese Aufnahme ist nicht in der Bibliothek',
  unknownRecordingHint: 'Sie wurde vielleicht entfernt, oder der Link ist unvollständig.',
  unreachable: 'Der Server antwortet nicht.',
  unreachableHint: 'Läuft aloud noch? Starten Sie es mit „aloud serve“.',
  reconnecting: 'Der Server antwortet nicht. Diese Seite macht von selbst weiter, wenn er wieder da ist.',
  serverTrouble: 'Der Server konnte nicht antworten.',

  // Keys
  keysTitle: 'Hilfe und Tasten',
  keys: [
    [['Leertaste', 'k'], 'abspielen oder anhalten'],
    [['j', 'l'], '10 Sekunden zurück oder vor'],
    [['←', '→'], '5 Sekunden zurück oder vor'],
    [['<', '>'], 'langsamer oder schneller'],
    [['m'], 'Ton aus oder an'],
    [['f'], 'Vollbild'],
    [['c'], 'Untertitel aus oder an'],
    [['n', 'Umschalt n'], 'nächste oder vorige Stelle'],
    [['/'], 'zum Suchfeld'],
    [['↓'], 'erstes Ergebnis, vom Suchfeld aus'],
    [['?'], 'diese Liste'],
  ],
  keysTitleRecording: 'In einer Aufnahme',
  keysInTranscript: [
    [['←', '→'], 'Wort für Wort'],
    [['↑', '↓'], 'Absatz für Absatz'],
    [['Umschalt ←', 'Umschalt →'], 'Wörter zum Zitieren auswählen'],
    [['Eingabe'], 'zu dieser Stelle'],
  ],
  keysInTranscriptTitle: 'Im Transkript',
};
