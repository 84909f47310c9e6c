import type { Language } from './locale.ts'

/** What stands in the therapist's calendar for a session. */
export const EVENT_TITLES = ['neutral', 'initials', 'first_name', 'full_name'] as const
export type EventTitle = (typeof EVENT_TITLES)[number]

/** Says nothing, whoever looks over her shoulder; in the practice's language. */
export const NEUTRAL_TITLES: Readonly<Record<Language, string>> = { en: 'Appointment', de: 'Termin' }
/** Of a name and of a kind of session, in characters as people count them; and of a title, in UTF-16 units, as calendars do. */
const LONGEST = 60
const LONGEST_TITLE = 255

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
/** Control characters, unpaired surrogates, and those that turn the direction of what follows; joiners are part of words. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu

/** Zero-width signs, fillers and the blank of braille alone show as nothing. */
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}\p{Z}\u2800]/u

const characters = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment)

/** One line without anything unseen. */
const plain = (text: string): string =>
  characters(text.replaceAll(UNSEEN, ' ').replaceAll(/\s+/gu, ' ').trim()).slice(0, LONGEST).join('').trim()

const initialOf = (word: string): string => {
  const first = characters(word).find((character) => /^[\p{L}\p{N}]/u.test(character)) ?? ''
  const capital = first.toLocaleUpperCase('und')
  return characters(capital).length === 1 ? capital : first
}

/** "Mo van Dijk": "M. D."; empty where no word has a letter or a digit. */
function initialsOf(name: string): string {
  const all = name
    .split(/[\s,]+/u)
    .map(initialOf)
    .filter((initial) => initial !== '')
  const ends = all.length > 1 ? [all.at(0), all.at(-1)] : all
  return ends.map((initial) => `${initial}.`).join(' ')
}

const WHO: Readonly<Record<EventTitle, (name: string) => string>> = {
  neutral: () => '',
  initials: initialsOf,
  first_name: (name) => name.split(' ')[0] ?? '',
  full_name: (name) => name,
}

/** The title of a session's event: who comes, as she has chosen, and the kind of session; neutral where the name has nothing to show. */
export function eventTitle(
  shown: EventTitle,
  session: { readonly clientName: string; readonly kind: string },
  language: Language,
): string {
  const who = WHO[shown](plain(session.clientName))
  if (!VISIBLE.test(who)) return NEUTRAL_TITLES[language]
  const title = [who, plain(session.kind)].filter((part) => part !== '').join(', ')
  // Characters may be long; half of one is none.
  const kept = Array.from(graphemes.segment(title)).findLast(
    ({ index, segment }) => index + segment.length <= LONGEST_TITLE,
  )
  return kept === undefined ? NEUTRAL_TITLES[language] : title.slice(0, kept.index + kept.segment.length).trim()
}

/** A client's name for an invitation: one line without anything unseen. */
export const guestName = plain
