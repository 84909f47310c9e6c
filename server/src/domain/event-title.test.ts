import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EVENT_TITLES, eventTitle, guestName, NEUTRAL_TITLES } from './event-title.ts'

const KIND = 'Video session'
const NEUTRAL = NEUTRAL_TITLES.en
const titles = (clientName: string) => EVENT_TITLES.map((shown) => eventTitle(shown, { clientName, kind: KIND }, 'en'))

describe('PR-09 what stands in the calendar', () => {
  it.each([
    ['Mo Okafor', 'M. O.', 'Mo', 'Mo Okafor'],
    ['mo van dijk', 'M. D.', 'mo', 'mo van dijk'],
    ['Cher', 'C.', 'Cher', 'Cher'],
    ['Okafor, Mo', 'O. M.', 'Okafor,', 'Okafor, Mo'],
    ['Jean-Luc  Picard', 'J. P.', 'Jean-Luc', 'Jean-Luc Picard'],
    ['Émilie Ünal', 'É. Ü.', 'Émilie', 'Émilie Ünal'],
    ['ßandra', 'ß.', 'ßandra', 'ßandra'],
    ['שרה כהן', 'ש. כ.', 'שרה', 'שרה כהן'],
    ['李 小龍', '李. 小.', '李', '李 小龍'],
    ['(Mo) Okafor', 'M. O.', '(Mo)', '(Mo) Okafor'],
    ['🙂 Mo', 'M.', '🙂', '🙂 Mo'],
  ])('%s: initials, first name, full name, each with the kind of session', (name, initials, first, full) => {
    expect(titles(name)).toEqual([NEUTRAL, `${initials}, ${KIND}`, `${first}, ${KIND}`, `${full}, ${KIND}`])
  })

  it.each([
    ['nothing', ''],
    ['spaces', ' \u00a0\u2003'],
    ['zero-width signs', '\u200b\u2060\u200d'],
    ['controls', '\u0000\r\n'],
  ])('a name of %s shows nothing', (_, name) => {
    expect(new Set(titles(name))).toEqual(new Set([NEUTRAL]))
  })

  it('what says nothing says so in the practice’s language', () => {
    expect(eventTitle('neutral', { clientName: 'Mo', kind: KIND }, 'de')).toBe('Termin')
    expect(eventTitle('initials', { clientName: '', kind: KIND }, 'de')).toBe('Termin')
  })

  it('a name without letters has no initials', () => {
    expect(eventTitle('initials', { clientName: '🙂 👩‍👩‍👧', kind: KIND }, 'en')).toBe(NEUTRAL)
  })

  it('a kind of session without a name leaves the client alone', () => {
    expect(eventTitle('full_name', { clientName: 'Mo', kind: '\u0007' }, 'en')).toBe('Mo')
  })

  const FAMILY = '👩‍👩‍👧'
  it.each([
    ['the name at sixty characters', 'a'.repeat(61), '', 'a'.repeat(60)],
    ['the name before a blank', `${'a'.repeat(59)} b`, '', 'a'.repeat(59)],
    ['the kind at sixty characters', 'Mo', 'k'.repeat(61), `Mo, ${'k'.repeat(60)}`],
    ['the whole between two characters', FAMILY.repeat(40), '', FAMILY.repeat(31)],
    ['the whole at 255 of UTF-16', FAMILY.repeat(31), 'abcdef', `${FAMILY.repeat(31)}, abcde`],
    ['the whole before a blank', FAMILY.repeat(31), 'abcd ef', `${FAMILY.repeat(31)}, abcd`],
    ['everything, where one character alone is longer', `a${'\u0301'.repeat(300)}`, KIND, NEUTRAL],
  ])('what is too long is cut: %s', (_, clientName, kind, title) => {
    expect(eventTitle('full_name', { clientName, kind }, 'en')).toBe(title)
  })

  it('a name brings no line, no control character and no turn of direction, and stays short', () => {
    const nasty = 'Mo\r\nBEGIN:VEVENT\u0000\u202eroloc\u2066 \ud800Okafor'
    expect(guestName(nasty)).toBe('Mo BEGIN:VEVENT roloc Okafor')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ unit: 'grapheme' }), (name, kind) => {
        for (const shown of EVENT_TITLES) {
          const title = eventTitle(shown, { clientName: name, kind }, 'en')
          expect(title.length).toBeLessThanOrEqual(255)
          expect(title).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u)
          expect(title.trim()).toBe(title)
          expect(title).not.toBe('')
        }
      }),
      { numRuns: 40 },
    )
  })
})
