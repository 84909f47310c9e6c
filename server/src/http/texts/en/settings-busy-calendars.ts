import type { ComponentChildren } from 'preact'
import { counting } from '../counting.ts'

const counted = counting('en')

export const settingsBusyCalendars = {
  tentativeBlocks: 'Appointments marked as tentative, and invitations you have not answered',
  workingElsewhereBlocks: 'Time marked as working elsewhere',
  title: 'Which calendars make you busy',
  save: 'Save',
  onlyOwner: 'Only the owner of this practice can change this.',
  checkNow: 'Check now',
  checkNowText: 'Reads your calendars, and says which could be read and how many busy times they have.',
  looked: 'Found',
  busyTimes: (n: number, days: number, moment: string) =>
    `${n === 0 ? 'No busy time' : counted(n, 'busy time', 'busy times')} in the next ${days} days, as of ${moment}`,
  allFree: (days: number, moment: string, ticked: boolean) =>
    `All entries of the next ${days} days are marked as free, as of ${moment}: ${ticked ? 'it does not make you busy' : 'ticking it changes nothing'}`,
  notCounted: 'Its busy times have not been counted',
  unreadTicked: 'Cannot be read. Untick it and save, and clients can book again',
  unreadAside: 'Could not be read, so it is not ticked',
  nameless: 'A calendar',
  written: 'Sessions booked here are written to this one',
  fresh: 'New: it counts as busy until you untick it',
  unlessTicked: ': it does not make you busy unless you tick it',
  hidden: (label: string) => `Hidden in ${label}`,
  foreign: 'Not your own',
  belongsTo: (owner: ComponentChildren): ComponentChildren => ['Belongs to ', owner],
  busy: 'Count as busy',
  free: 'Clients may book then',
}
