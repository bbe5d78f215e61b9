/**
 * The server's answers, as docs/http-api.md describes them. Types only: nothing here runs.
 *
 * @typedef {{ done_ms: number, total_ms: number | null }} Progress
 * @typedef {{ reason: string, hint: string | null }} Failure
 * @typedef {{ url: string, mime: string, available: boolean, state: 'there' | 'missing' | 'changed' }} Media
 * @typedef {{ language: string, file: string, url: string }} CaptionFile
 * @typedef {{ language: string | null, codec: string, channels: number, default: boolean, used: boolean }} Track
 * @typedef {'title' | 'date' | 'people' | 'place' | 'description' | 'language' | 'rights' | 'source_url' | 'folder'} Field
 * @typedef {'name' | 'tag' | 'sidecar' | 'csv' | 'person'} Source
 * @typedef {{ value: string | null, source: Source | null }} FieldValue
 * @typedef {Record<Field, FieldValue>} Metadata
 * @typedef {{ field: Field, value: string | null, sidecar: string }} Conflict
 * @typedef {{ name: string, spoken_as: string[] }} Voice
 * @typedef {object} AccessCopy a copy of the media that every browser plays
 * @property {'none' | 'waiting' | 'running' | 'ready' | 'failed'} state
 * @property {number} done_ms
 * @property {number | null} total_ms
 * @property {string | null} reason why it failed
 * @property {string} url
 * @property {string[]} codecs of the media file, as far as they are known
 * @property {boolean} possible whether the server has what makes copies
 * @property {string} command what makes such a file by hand
 *
 * @typedef {'waiting' | 'transcribing' | 'searchable' | 'partly' | 'failed'} State
 *
 * @typedef {object} Recording
 * @property {string} id
 * @property {string} title
 * @property {string | null} date
 * @property {number | null} duration_ms
 * @property {'video' | 'audio'} kind
 * @property {string[]} languages
 * @property {string[]} speakers
 * @property {State} state
 * @property {Progress | null} progress
 * @property {Failure | null} failure
 * @property {string | null} damage what is wrong with the media file
 * @property {Media} media
 * @property {number | null} revision
 * @property {number} words
 * @property {number} doubtful_ms
 * @property {number} gap_ms
 * @property {string[]} folders those that hold its files
 * @property {string | null} next_try when what failed is tried again by itself
 * @property {number} attempts how often it was tried in vain
 * @property {string[]} [files]
 * @property {CaptionFile[]} [captions]
 * @property {Track[]} [tracks]
 * @property {Conflict[]} [conflicts]
 * @property {string | null} [metadata_problem]
 * @property {Metadata} [metadata]
 * @property {Voice[]} [voices]
 * @property {string | null} [public_url] what links to this page begin with, where the server was told
 *
 * @typedef {{ code: string, message: string }} Note
 * @typedef {{ text: string, matched: boolean, start_ms: number }} Piece
 * @typedef {{ first_word: number, end_word: number, start_ms: number }} Match
 *
 * @typedef {object} Hit
 * @property {number} start_ms
 * @property {number} end_ms
 * @property {number} score
 * @property {string | null} speaker
 * @property {string} language
 * @property {boolean} doubtful
 * @property {string} link
 * @property {Match[]} matches
 * @property {Piece[]} pieces
 *
 * @typedef {Pick<Recording, 'id' | 'title' | 'date' | 'duration_ms' | 'kind' | 'media'>} GroupRecording
 *
 * @typedef {object} Group
 * @property {GroupRecording} recording
 * @property {number} revision
 * @property {number} total_hits
 * @property {number[]} positions_ms
 * @property {Hit[]} hits
 *
 * @typedef {object} Coverage
 * @property {number} recordings
 * @property {number} searchable
 * @property {number} waiting
 * @property {number} failed
 * @property {number} missing how many have no media file any longer
 * @property {boolean} paused whether the work is paused
 * @property {number} speech_ms
 * @property {number} doubtful_ms
 * @property {number} gap_ms
 *
 * @typedef {{ total: number, first: GroupRecording[] }} Named
 *
 * @typedef {{ values: { value: string, hits: number }[], more: number }} Facet
 * @typedef {'speaker' | 'language' | 'folder' | 'year'} FacetName
 * @typedef {Record<FacetName, Facet>} Facets
 *
 * @typedef {object} Suggestions
 * @property {string[]} missing
 * @property {{ query: string, hits: number }[]} instead
 * @property {{ left_out: string | null, query: string, hits: number }[]} without
 *
 * @typedef {object} Answer
 * @property {string} query
 * @property {string} understood
 * @property {Note[]} notes
 * @property {number} total_hits
 * @property {number} total_recordings
 * @property {number} offset
 * @property {number} limit
 * @property {number} took_ms
 * @property {Named} recordings
 * @property {Group[]} groups
 * @property {Facets | null} facets null unless asked for
 * @property {Suggestions | null} suggestions only where nothing was found
 * @property {Coverage} coverage
 *
 * @typedef {object} Words
 * @property {string[]} text
 * @property {number[]} start_ms
 * @property {number[]} end_ms
 * @property {number[]} confidence
 * @property {(number | null)[]} speaker
 *
 * @typedef {{ first_word: number, end_word: number, start_ms: number, end_ms: number }} Passage
 * @typedef {{ first_word: number, end_word: number, language: string,
 *             trust: 'good' | 'doubtful' | 'edited', exact_times: boolean }} Stretch
 * @typedef {{ kind: 'no_words' | 'unheard', start_ms: number, end_ms: number }} Gap
 *
 * @typedef {object} Transcript
 * @property {string} recording
 * @property {number} revision
 * @property {string[]} speakers
 * @property {Words} words
 * @property {Passage[]} passages
 * @property {Stretch[]} stretches
 * @property {Gap[]} gaps
 *
 * @typedef {object} Work
 * @property {boolean} paused
 * @property {number} recordings_left
 * @property {number | null} left_ms null while it cannot be told
 * @property {string | null} trouble what keeps everything from going on
 * @property {{ path: string, reason: string }[]} skipped files that could not be read
 *
 * @typedef {{ type: 'recording', recording: Recording } | { type: 'removed', id: string } | { type: 'work' }} Event
 */

export {};
