/** What the page says in French. */

import { wordingOf } from '../lib/wording.js';

const { counted, day, instant, language, length, number, percent } = wordingOf('fr');

const moments = (/** @type {number} */ n) => counted(n, { one: '{n} passage', other: '{n} passages' });
const recordings = (/** @type {number} */ n) => counted(n, { one: '{n} enregistrement', other: '{n} enregistrements' });

/** @type {import('./en.js').Strings} */
export const strings = {
  direction: 'ltr',
  appName: 'aloud',
  title: (what) => `${what} – aloud`,
  skip: 'Aller au contenu',
  libraryTitle: 'Bibliothèque',
  searchTitle: 'Recherche',
  loading: 'Chargement…',
  retry: 'Réessayer',
  close: 'Fermer',
  day,
  instant,
  length,
  number,

  // Search
  searchLabel: 'Chercher ce qui a été dit',
  searchPlaceholder: 'des mots, ou "une expression"',
  found: (hits, inRecordings) => `${moments(hits)} dans ${recordings(inRecordings)}`,
  foundNothing: 'Aucun passage trouvé',
  understood: 'Recherche effectuée :',
  hitsIn: moments,
  namedRecordings: (n) => `${recordings(n)} d’après le titre ou les personnes :`,
  allHits: (n) => `Les ${number(n)} de cet enregistrement`,
  fewerHits: 'En montrer moins',
  moreRecordings: (left) => `Plus d’enregistrements (${number(left)})`,
  timeline: (n, first, last) => (n === 1 ? `Où : un passage à ${first}` : `Où : ${moments(n)} entre ${first} et ${last}`),
  timelineMark: (time, n) => (n === 1 ? time : `${time}, ${moments(n)}`),
  doubtfulHit: 'incertain',
  doubtfulHitWhy: 'La reconnaissance n’était pas sûre de ces mots.',

  // What can be done with results
  sortLabel: 'Ordre',
  sorts: { relevance: 'Les meilleurs d’abord', time: 'Par titre', date: 'Les plus récents d’abord' },
  pictureOrList: 'Forme',
  asList: 'Liste',
  asPicture: 'Image',
  download: 'Télécharger en tableau (CSV)',
  narrow: 'Affiner',
  facets: { speaker: 'Personnes', language: 'Langues', folder: 'Dossiers', year: 'Années' },
  facetMore: (n) => counted(n, { one: 'et {n} autre', other: 'et {n} autres' }),

  // One hit, where it stands
  playHere: (time) => `Lire ici, ${time}`,
  stopHere: 'Fermer le lecteur',
  readAround: (time) => `Lire le texte autour, ${time}`,
  readLess: 'Fermer le texte',
  earlier: 'Avant',
  later: 'Après',
  aroundLabel: (time) => `Ce qui est dit autour de ${time}`,

  // The picture
  pictureHow: 'Une ligne est un enregistrement ; de gauche à droite, son temps. Chaque marque est un endroit où cela est dit.',
  pictureLeft: (n) => counted(n, { one: '{n} autre enregistrement n’est pas montré. Affinez la recherche pour le voir.', other: '{n} autres enregistrements ne sont pas montrés. Affinez la recherche pour les voir.' }),
  yearsTitle: 'Par année',
  yearsUnknown: (n) => `${moments(n)} dans des enregistrements sans date`,

  // Search without an answer
  nothingFor: (query) => `Rien trouvé pour ${query}`,
  didYouMean: 'Vouliez-vous dire',
  withoutThis: (left_out) => `Sans ${left_out ?? 'les guillemets'} :`,
  nothingTogether: 'Ces mots sont dits, mais jamais près les uns des autres :',
  nothingAlone: 'Essayés un par un :',
  never: 'jamais dit',
  tips: 'Ce qui peut aider',
  tipList: [
    'Moins de mots : tous doivent être dits près les uns des autres.',
    'Une autre forme du mot, ou une autre graphie d’un nom.',
    'Sans guillemets : une expression doit être dite exactement ainsi.',
  ],
  tipWaiting: (n) => counted(n, { one: '{n} enregistrement est encore en cours de transcription. Cherchez de nouveau plus tard.', other: '{n} enregistrements sont encore en cours de transcription. Cherchez de nouveau plus tard.' }),

  // Search without a query
  recordingsTitle: 'Enregistrements',
  allInLibrary: (n) => counted(n, { one: 'Le seul enregistrement', other: 'Les {n} enregistrements' }),
  howTitle: 'Comment chercher',
  help: 'Aide à la recherche',
  how: {
    words: 'les deux mots, dits près l’un de l’autre',
    phrase: 'exactement ces mots à la suite',
    without: 'le premier mot, sans le second à proximité',
    either: 'l’un ou l’autre mot',
    prefix: 'les mots qui commencent ainsi',
    misspelt: 'les mots qui s’écrivent presque ainsi',
    speaker: 'ce que dit une personne',
    language: 'ce qui est dit dans une langue',
    date: 'dans les enregistrements de cette année',
  },
  howExamples: { words: ['musée', 'bénévoles'], phrase: 'musée local', speaker: 'Anne' },
  noRecordings: 'Il n’y a pas encore d’enregistrements.',
  addRecordings: 'Ajoutez un dossier d’entretiens dans le terminal :',
  addCommand: 'aloud index DOSSIER',

  coverage({ searchable, recordings: all, waiting, failed, speech_ms, doubtful_ms }) {
    const doubt = speech_ms > 0 ? doubtful_ms / speech_ms : 0;
    return [
      searchable === all ? `Recherche dans ${recordings(all)}` : `Recherche dans ${number(searchable)} sur ${recordings(all)}`,
      waiting > 0 && `${number(waiting)} en attente`,
      failed > 0 && `${number(failed)} en échec`,
      doubt >= 0.01 && `${percent(doubt)} incertain`,
    ].filter((part) => part !== false).join(' · ');
  },

  // A recording
  language: (code) => language(code, 'langue inconnue'),
  soundTrack: (n, of, code) => `Mots de la piste sonore ${n} sur ${of}${code ? ` (${language(code, '?')})` : ''}`,
  words: (n) => counted(n, { one: '{n} mot', other: '{n} mots' }),
  moreSpeakers: (n) => counted(n, { one: 'et {n} autre', other: 'et {n} autres' }),
  kind: { video: 'Vidéo', audio: 'Audio' },
  state: {
    waiting: 'En attente',
    transcribing: 'En cours de transcription',
    searchable: 'Consultable',
    partly: 'Consultable en partie',
    failed: 'Échec',
  },
  progress: (done, total) => `${done} sur ${total}`,
  nextTry: (when) => `Prochain essai : ${when}.`,
  openedAt: (time) => `Ouvert à ${time}`,
  backToResults: (query) => `Tous les résultats pour ${query}`,
  allRecordings: 'Tous les enregistrements',

  findWithin: 'Chercher dans cet enregistrement',
  findNone: 'rien ici',
  findPosition: (at, of) => (at > 0 ? `${number(at)} sur ${number(of)}` : counted(of, { one: '{n} trouvé', other: '{n} trouvés' })),
  previousHit: 'Passage précédent',
  nextHit: 'Passage suivant',
  transcript: 'Transcription',
  transcriptHelp: 'Les flèches vont de mot en mot, Entrée mène à ce moment.',
  noTranscript: 'Il n’y a pas encore de transcription.',
  transcribingNow: 'Cet enregistrement est en cours de transcription. Ses mots paraissent ici dès qu’ils sont connus.',
  waitingNow: 'Cet enregistrement attend d’être transcrit.',
  partlyNow: 'Des parties de cet enregistrement n’ont pas pu être transcrites.',
  failedNow: 'Cet enregistrement n’a pas pu être transcrit.',
  newerTranscript: 'Il y a une transcription plus récente.',
  showNewer: 'La montrer',
  transcriptChanged: 'La transcription vient d’être refaite, les passages ne sont donc pas encore marqués.',
  removed: 'Cet enregistrement a été retiré de la bibliothèque.',
  approximate: 'Les temps sont approximatifs : ils viennent de sous-titres qui donnent le temps de lignes entières.',
  uncertainWords: 'Les mots pointillés sont incertains.',
  gap: (kind, from, to) => `${kind === 'no_words' ? 'Parole sans mots reconnus' : 'Son qui n’a pas été transcrit'}, ${from}–${to}`,
  notATime: (time) => `« ${time} » n’est pas un temps ; l’enregistrement s’ouvre donc au début.`,
  pastTheEnd: (time) => `${time} se trouve après la fin de cet enregistrement.`,
  backToNow: 'Revenir au moment présent',
  speechStrip: 'Où l’on parle. Un clic lit à partir de là.',

  // Media
  damage: (what) => `Fichier média : ${what}.`,
  mediaMissing: 'Le fichier média n’est plus là où il était, rien ne peut donc être lu. La transcription est complète.',
  mediaUnreadable: (what) => `Ce navigateur ne peut pas lire le fichier média (${what}). La transcription est complète.`,
  pictureUnreadable: (what) => `Ce navigateur lit le son du fichier média (${what}) mais ne peut pas en montrer l’image.`,
  soundUnreadable: (what) => `Ce navigateur montre l’image du fichier média (${what}) mais ne peut pas en lire le son.`,
  makeCopy: 'Faire une copie lisible ici',
  makeCopyHint: 'L’original reste tel quel. La copie se trouve dans le dossier de la bibliothèque et peut être supprimée.',
  convertHint: 'Pour le voir ici, convertissez-le et indexez le résultat :',
  copyWaiting: 'Une copie lisible ici attend d’être faite.',
  copyRunning: 'Une copie lisible ici est en cours.',
  copyFailed: (reason) => `La copie n’a pas pu être faite : ${reason}.`,
  copyPlays: 'Ceci est une copie faite pour les navigateurs.',
  deleteCopy: 'Supprimer la copie',
  captionsLabel: 'Transcription',
  captions: (on) => (on ? 'Sous-titres affichés' : 'Sous-titres masqués'),
  speed: (rate) => `Vitesse ${number(rate)}×`,
  muted: (on) => (on ? 'Son coupé' : 'Son rétabli'),

  // Quotes
  selection: 'Mots sélectionnés',
  copyQuote: 'Copier la citation',
  copyLink: 'Copier le lien',
  copied: 'Copié',
  notCopied: 'Le navigateur n’a pas permis la copie',
  quoted: (text) => `« ${text} »`,
  quoteMoved: (time) => `La transcription a été refaite. Les mots cités se trouvent maintenant à ${time}.`,
  quoteChanged: 'Le texte a changé depuis la citation : la transcription a été refaite. Ce qui est marqué se trouve maintenant à la place de la citation.',

  // Library
  libraryCount: recordings,
  libraryShown: (shown, all) => `${number(shown)} sur ${recordings(all)}`,
  showLabel: 'Montrer',
  shows: { all: 'Tous', unsearched: 'Non consultables', doubtful: 'Avec des mots incertains' },
  folderLabel: 'Dossier',
  allFolders: 'Tous les dossiers',
  librarySorts: { attention: 'Ce qui demande attention', title: 'Par titre', date: 'Les plus récents d’abord', length: 'Les plus longs d’abord' },
  nothingSuch: 'Il n’y a pas de tels enregistrements.',
  doubtfulPart: (span, share) => `${span} incertain (${percent(share)})`,
  gapPart: (span) => `${span} de parole sans mots`,
  tryAgain: 'Transcrire de nouveau',
  askedAgain: 'Demandé',

  // Trouble
  missingTitle: 'Il n’y a rien à cette adresse',
  missingHint: 'Cherchez, ou parcourez la bibliothèque.',
  unknownRecording: 'Cet enregistrement n’est pas dans la bibliothèque',
  unknownRecordingHint: 'Il a peut-être été retiré, ou le lien est incomplet.',
  unreachable: 'Le serveur ne répond pas.',
  unreachableHint: 'aloud fonctionne-t-il encore ? Démarrez-le avec « aloud serve ».',
  reconnecting: 'Le serveur ne répond pas. Cette page reprend d’elle-même à son retour.',
  serverTrouble: 'Le serveur n’a pas pu répondre.',

  // Keys
  keysTitle: 'Aide et touches',
  keys: [
    [['Espace', 'k'], 'lire ou mettre en pause'],
    [['j', 'l'], '10 secondes en arrière ou en avant'],
    [['←', '→'], '5 secondes en arrière ou en avant'],
    [['<', '>'], 'plus lent ou plus rapide'],
    [['m'], 'couper ou rétablir le son'],
    [['f'], 'plein écran'],
    [['c'], 'masquer ou afficher les sous-titres'],
    [['n', 'Maj n'], 'passage suivant ou précédent'],
    [['/'], 'aller au champ de recherche'],
    [['↓'], 'premier résultat, depuis le champ de recherche'],
    [['?'], 'cette liste'],
  ],
  keysTitleRecording: 'Dans un enregistrement',
  keysInTranscript: [
    [['←', '→'], 'mot par mot'],
    [['↑', '↓'], 'paragraphe par paragraphe'],
    [['Maj ←', 'Maj →'], 'sélectionner des mots à citer'],
    [['Entrée'], 'aller à ce moment'],
  ],
  keysInTranscriptTitle: 'Dans la transcription',
};
