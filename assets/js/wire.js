/**
 * The server's answers, as docs/http-api.md describes them. Types only: nothing here runs.
 *
 * @typedef {{ done_ms: number, total_ms: number }} Progress
 * @typedef {{ reason: string, hint: string | null }} Failure
 * @typedef {{ url: string, mime: string, available: boolean }} Media
 * @typedef {{ language: string, file: string, url: string }} CaptionFile
 * @typedef {{ language: string | null, codec: string, channels: number, default: boolean, used: boolean }} Track
 * @typedef {'title' | 'date' | 'people' | 'place' | 'description' | 'language' | 'rights' | 'source_url' | 'folder'} Field
 * @typedef {'name' | 'tag' | 'sidecar' | 'csv' | 'person'} Source
 * @typedef {{ value: string | null, source: Source | null }} FieldValue
 * @typedef {Record<Field, FieldValue>} Metadata
 * @typedef {{ field: Field, value: string | null, sidecar: string }} Conflict
 * @typedef {{ name: string, spoken_as: string[] }} Voice
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
 * @property {string[]} [files]
 * @property {CaptionFile[]} [captions]
 * @property {Track[]} [tracks]
 * @property {Conflict[]} [conflicts]
 * @property {string | null} [metadata_problem]
 * @property {Metadata} [metadata]
 * @property {Voice[]} [voices]
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
 * @property {number} speech_ms
 * @property {number} doubtful_ms
 * @property {number} gap_ms
 *
 * @typedef {{ total: number, first: GroupRecording[] }} Named
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
 * @typedef {{ type: 'recording', recording: Recording } | { type: 'removed', id: string }} Event
 */

export {};
