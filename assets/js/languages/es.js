/** What the page says in Spanish. */

import { wordingOf } from '../lib/wording.js';

const { counted, day, instant, language, length, number, percent } = wordingOf('es');

const moments = (/** @type {number} */ n) => counted(n, { one: '{n} momento', other: '{n} momentos' });
const recordings = (/** @type {number} */ n) => counted(n, { one: '{n} grabación', other: '{n} grabaciones' });

/** @type {import('./en.js').Strings} */
export const strings = {
  direction: 'ltr',
  appName: 'aloud',
  title: (what) => `${what} – aloud`,
  skip: 'Ir al contenido',
  libraryTitle: 'Biblioteca',
  searchTitle: 'Buscar',
  loading: 'Cargando…',
  retry: 'Reintentar',
  close: 'Cerrar',
  day,
  instant,
  length,
  number,

  // Search
  searchLabel: 'Buscar en lo que se dijo',
  searchPlaceholder: 'palabras, o "una frase"',
  found: (hits, inRecordings) => `${moments(hits)} en ${recordings(inRecordings)}`,
  foundNothing: 'No se encontró ningún momento',
  understood: 'Se buscó',
  hitsIn: moments,
  namedRecordings: (n) => `${recordings(n)} por título o personas:`,
  allHits: (n) => `Los ${number(n)} de esta grabación`,
  fewerHits: 'Mostrar menos',
  moreRecordings: (left) => `Más grabaciones (${number(left)})`,
  timeline: (n, first, last) => (n === 1 ? `Dónde: un momento en ${first}` : `Dónde: ${moments(n)} entre ${first} y ${last}`),
  timelineMark: (time, n) => (n === 1 ? time : `${time}, ${moments(n)}`),
  doubtfulHit: 'dudoso',
  doubtfulHitWhy: 'El reconocimiento no estaba seguro de estas palabras.',

  // What can be done with results
  sortLabel: 'Orden',
  sorts: { relevance: 'Los mejores primero', time: 'Por título', date: 'Los más recientes primero' },
  pictureOrList: 'Forma',
  asList: 'Lista',
  asPicture: 'Imagen',
  download: 'Descargar como tabla (CSV)',
  narrow: 'Acotar',
  facets: { speaker: 'Hablantes', language: 'Idiomas', folder: 'Carpetas', year: 'Años' },
  facetMore: (n) => `y ${number(n)} más`,

  // One hit, where it stands
  playHere: (time) => `Reproducir aquí, ${time}`,
  stopHere: 'Cerrar el reproductor',
  readAround: (time) => `Seguir leyendo aquí, ${time}`,
  readLess: 'Cerrar el texto',
  earlier: 'Antes',
  later: 'Después',
  aroundLabel: (time) => `Lo que se dice alrededor de ${time}`,

  // The picture
  pictureHow: 'Cada fila es una grabación; de izquierda a derecha, su tiempo. Cada marca es un lugar donde se dice.',
  pictureLeft: (n) => `No se muestran ${recordings(n)} más. Acote la búsqueda para verlas.`,
  yearsTitle: 'Por año',
  yearsUnknown: (n) => `${moments(n)} en grabaciones sin fecha`,

  // Search without an answer
  nothingFor: (query) => `No se encontró nada para ${query}`,
  didYouMean: 'Quizá quiso decir',
  withoutThis: (left_out) => `Sin ${left_out ?? 'las comillas'}:`,
  nothingTogether: 'Estas se dicen, pero nunca cerca unas de otras:',
  nothingAlone: 'Probadas una por una:',
  never: 'no se dice nunca',
  tips: 'Qué puede ayudar',
  tipList: [
    'Menos palabras: todas deben decirse cerca unas de otras.',
    'Otra forma de la palabra, u otra grafía de un nombre.',
    'Sin comillas: una frase debe decirse exactamente así.',
  ],
  tipWaiting: (n) => counted(n, { one: '{n} grabación aún se está transcribiendo. Busque de nuevo más tarde.', other: '{n} grabaciones aún se están transcribiendo. Busque de nuevo más tarde.' }),

  // Search without a query
  recordingsTitle: 'Grabaciones',
  allInLibrary: (n) => counted(n, { one: 'La única grabación', other: 'Las {n} grabaciones' }),
  howTitle: 'Cómo buscar',
  help: 'Ayuda para buscar',
  how: {
    words: 'ambas palabras, dichas cerca una de otra',
    phrase: 'exactamente estas palabras seguidas',
    without: 'la primera palabra, sin la segunda cerca',
    either: 'cualquiera de las palabras',
    prefix: 'palabras que empiezan así',
    misspelt: 'palabras que se escriben casi así',
    speaker: 'lo que dice una persona',
    language: 'lo que se dice en un idioma',
    date: 'en grabaciones de ese año',
  },
  howExamples: { words: ['museo', 'voluntarios'], phrase: 'museo local', speaker: 'Ana' },
  noRecordings: 'Todavía no hay grabaciones.',
  addRecordings: 'Añada una carpeta de entrevistas en la terminal:',
  addCommand: 'aloud index CARPETA',

  coverage({ searchable, recordings: all, waiting, failed, speech_ms, doubtful_ms }) {
    const doubt = speech_ms > 0 ? doubtful_ms / speech_ms : 0;
    return [
      searchable === all ? `Se buscó en ${recordings(all)}` : `Se buscó en ${number(searchable)} de ${recordings(all)}`,
      waiting > 0 && `${number(waiting)} en espera`,
      failed > 0 && counted(failed, { one: '{n} falló', other: '{n} fallaron' }),
      doubt >= 0.01 && `${percent(doubt)} dudoso`,
    ].filter((part) => part !== false).join(' · ');
  },

  // A recording
  language: (code) => language(code, 'idioma desconocido'),
  soundTrack: (n, of, code) => `Palabras de la pista de sonido ${n} de ${of}${code ? ` (${language(code, '?')})` : ''}`,
  words: (n) => counted(n, { one: '{n} palabra', other: '{n} palabras' }),
  moreSpeakers: (n) => `y ${number(n)} más`,
  kind: { video: 'Vídeo', audio: 'Audio' },
  state: {
    waiting: 'En espera',
    transcribing: 'Transcribiéndose',
    searchable: 'Se puede buscar',
    partly: 'Se puede buscar en parte',
    failed: 'Falló',
  },
  progress: (done, total) => `${done} de ${total}`,
  nextTry: (when) => `Próximo intento: ${when}.`,
  openedAt: (time) => `Abierta en ${time}`,
  backToResults: (query) => `Todos los resultados de ${query}`,
  allRecordings: 'Todas las grabaciones',

  findWithin: 'Buscar en esta grabación',
  findNone: 'aquí no está',
  findPosition: (at, of) => (at > 0 ? `${number(at)} de ${number(of)}` : counted(of, { one: '{n} encontrado', other: '{n} encontrados' })),
  previousHit: 'Momento anterior',
  nextHit: 'Momento siguiente',
  transcript: 'Transcripción',
  transcriptHelp: 'Las flechas van de palabra en palabra, Intro lleva a ese momento.',
  noTranscript: 'Todavía no hay transcripción.',
  transcribingNow: 'Esta grabación se está transcribiendo. Sus palabras aparecen aquí en cuanto se conocen.',
  waitingNow: 'Esta grabación espera a ser transcrita.',
  partlyNow: 'Partes de esta grabación no se pudieron transcribir.',
  failedNow: 'Esta grabación no se pudo transcribir.',
  newerTranscript: 'Hay una transcripción más reciente.',
  showNewer: 'Mostrarla',
  transcriptChanged: 'La transcripción se acaba de rehacer, por lo que los momentos aún no están marcados.',
  removed: 'Esta grabación se quitó de la biblioteca.',
  approximate: 'Los tiempos son aproximados: vienen de subtítulos que miden líneas enteras.',
  uncertainWords: 'Las palabras punteadas son dudosas.',
  gap: (kind, from, to) => `${kind === 'no_words' ? 'Habla sin palabras reconocidas' : 'Sonido que no se transcribió'}, ${from}–${to}`,
  notATime: (time) => `«${time}» no es un tiempo, así que la grabación se abre por el principio.`,
  pastTheEnd: (time) => `${time} queda después del final de esta grabación.`,
  backToNow: 'Volver al momento actual',
  speechStrip: 'Dónde se habla. Un clic reproduce desde ahí.',

  // Media
  damage: (what) => `Archivo multimedia: ${what}.`,
  mediaMissing: 'El archivo multimedia ya no está donde estaba, así que no se puede reproducir nada. La transcripción está completa.',
  mediaUnreadable: (what) => `Este navegador no puede reproducir el archivo multimedia (${what}). La transcripción está completa.`,
  pictureUnreadable: (what) => `Este navegador reproduce el sonido del archivo (${what}) pero no puede mostrar la imagen.`,
  soundUnreadable: (what) => `Este navegador muestra la imagen del archivo (${what}) pero no puede reproducir el sonido.`,
  makeCopy: 'Hacer una copia que se reproduzca aquí',
  makeCopyHint: 'El original queda como está. La copia se guarda en la carpeta de la biblioteca y se puede borrar.',
  convertHint: 'Para verlo aquí, conviértalo e indexe el resultado:',
  copyWaiting: 'Una copia que se reproduce aquí espera a ser hecha.',
  copyRunning: 'Se está haciendo una copia que se reproduce aquí.',
  copyFailed: (reason) => `No se pudo hacer la copia: ${reason}.`,
  copyPlays: 'Esta es una copia hecha para navegadores.',
  deleteCopy: 'Borrar la copia',
  captionsLabel: 'Transcripción',
  captions: (on) => (on ? 'Subtítulos activados' : 'Subtítulos desactivados'),
  speed: (rate) => `Velocidad ${number(rate)}×`,
  muted: (on) => (on ? 'Sonido desactivado' : 'Sonido activado'),

  // Quotes
  selection: 'Palabras seleccionadas',
  copyQuote: 'Copiar cita',
  copyLink: 'Copiar enlace',
  copied: 'Copiado',
  notCopied: 'El navegador no permitió copiar',
  quoted: (text) => `«${text}»`,
  quoteMoved: (time) => `La transcripción se rehízo. Las palabras citadas están ahora en ${time}.`,
  quoteChanged: 'El texto cambió desde que se citó: la transcripción se rehízo. Lo marcado está ahora donde estaba la cita.',

  // Library
  libraryCount: recordings,
  libraryShown: (shown, all) => `${number(shown)} de ${recordings(all)}`,
  showLabel: 'Mostrar',
  shows: { all: 'Todas', unsearched: 'Donde no se puede buscar', doubtful: 'Con palabras dudosas' },
  folderLabel: 'Carpeta',
  allFolders: 'Todas las carpetas',
  librarySorts: { attention: 'Lo que requiere atención', title: 'Por título', date: 'Las más recientes primero', length: 'Las más largas primero' },
  nothingSuch: 'No hay grabaciones así.',
  doubtfulPart: (span, share) => `${span} dudoso (${percent(share)})`,
  gapPart: (span) => `${span} de habla sin palabras`,
  tryAgain: 'Transcribir de nuevo',
  askedAgain: 'Solicitado',

  // Trouble
  missingTitle: 'No hay nada en esta dirección',
  missingHint: 'Busque, o mire en la biblioteca.',
  unknownRecording: 'Esta grabación no está en la biblioteca',
  unknownRecordingHint: 'Puede que se haya quitado, o que el enlace esté incompleto.',
  unreachable: 'El servidor no responde.',
  unreachableHint: '¿Sigue aloud en marcha? Inícielo con «aloud serve».',
  reconnecting: 'El servidor no responde. Esta página sigue sola cuando vuelva.',
  serverTrouble: 'El servidor no pudo responder.',

  // Keys
  keysTitle: 'Ayuda y teclas',
  keys: [
    [['Espacio', 'k'], 'reproducir o pausar'],
    [['j', 'l'], '10 segundos atrás o adelante'],
    [['←', '→'], '5 segundos atrás o adelante'],
    [['<', '>'], 'más lento o más rápido'],
    [['m'], 'quitar o poner el sonido'],
    [['f'], 'pantalla completa'],
    [['c'], 'quitar o poner los subtítulos'],
    [['n', 'Mayús n'], 'momento siguiente o anterior'],
    [['/'], 'ir al cuadro de búsqueda'],
    [['↓'], 'primer resultado, desde el cuadro de búsqueda'],
    [['?'], 'esta lista'],
  ],
  keysTitleRecording: 'En una grabación',
  keysInTranscript: [
    [['←', '→'], 'palabra por palabra'],
    [['↑', '↓'], 'párrafo por párrafo'],
    [['Mayús ←', 'Mayús →'], 'seleccionar palabras para citar'],
    [['Intro'], 'ir a ese momento'],
  ],
  keysInTranscriptTitle: 'En la transcripción',
};
