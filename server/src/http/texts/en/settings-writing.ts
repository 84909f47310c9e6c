import type { ComponentChildren } from 'preact'
import { counting } from '../counting.ts'

const count = counting('en')

export const settingsWriting = {
  receiver: 'Where sessions are written',
  nameless: 'A calendar',
  goneCalendar: 'a calendar that is gone',
  chooseOne: 'Choose a calendar',
  gone: (waiting: number) =>
    `The calendar that we write sessions to was deleted. Choose another one; ${count(waiting, 'session waits', 'sessions wait')} until then.`,
  locked: (waiting: number) =>
    `We may no longer write to the calendar that you chose. Choose another one; ${count(waiting, 'session waits', 'sessions wait')} until then.`,
  title: (label: string) => `What stands in ${label} for a session`,
  titleText:
    'Everybody who may open your calendar sees it. What you choose holds for what is written from then on, not for older entries.',
  exampleKind: 'Video session',
  sees: {
    neutral: 'nothing about the client',
    initials: 'initials',
    first_name: 'first name',
    full_name: 'everybody sees the name',
  },
  personal: (company: string) =>
    `This is a personal account, or ${company} does not say whose it is: nothing about a client is ever written there. If it is an organisation’s account, connect it again.`,
  invites: (label: string) => `Whether ${label} invites the client`,
  invitesText: (company: string) =>
    `With an invitation ${company} keeps the client’s name and address in the entry, and sends mail of its own: the invitation, and a cancellation when the session is cancelled. Ask your clients first.`,
  no: 'No',
  yes: 'Yes',
  writtenByUs: 'Written by us',
  allIn: (sessions: number, calendar: ComponentChildren): ComponentChildren => [
    `${count(sessions, 'session', 'sessions')}, ${sessions === 1 ? '' : 'all '}in “`,
    calendar,
    '”. ',
  ],
  someIn: (sessions: number, calendar: ComponentChildren): ComponentChildren => [
    `${count(sessions, 'session', 'sessions')} in “`,
    calendar,
    '”. ',
  ],
  none: 'No session to come. ',
  waiting: (n: number) => (n === 0 ? 'None waiting.' : `${n} waiting.`),
}
