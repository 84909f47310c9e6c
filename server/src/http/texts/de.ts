import { account } from './de/account.ts'
import { appointments } from './de/appointments.ts'
import { askAdministrator } from './de/ask-administrator.ts'
import { calendarCallback } from './de/calendar-callback.ts'
import { calendarNames } from './de/calendar-names.ts'
import { connectionHealth } from './de/connection-health.ts'
import { eventButtons } from './de/event-buttons.ts'
import { eventsChoice } from './de/events-choice.ts'
import { failures } from './de/failures.ts'
import { formFields } from './de/form-fields.ts'
import { formats } from './de/formats.ts'
import { keptAccounts } from './de/kept-accounts.ts'
import { layout } from './de/layout.ts'
import { leaving } from './de/leaving.ts'
import { replaceAccount } from './de/replace-account.ts'
import { setPassword } from './de/set-password.ts'
import { settingsAccount } from './de/settings-account.ts'
import { settingsBusyCalendars } from './de/settings-busy-calendars.ts'
import { settingsCalendar } from './de/settings-calendar.ts'
import { settingsConnect } from './de/settings-connect.ts'
import { settingsOutcomes } from './de/settings-outcomes.ts'
import { unremovedEvents } from './de/unremoved-events.ts'
import { unwrittenEvents } from './de/unwritten-events.ts'
import { video } from './de/video.ts'
import type { Texts } from './en.ts'

export const de: Texts = {
  account,
  appointments,
  askAdministrator,
  calendarCallback,
  calendarNames,
  connectionHealth,
  eventButtons,
  eventsChoice,
  failures,
  formFields,
  formats,
  keptAccounts,
  layout,
  leaving,
  replaceAccount,
  settingsAccount,
  settingsBusyCalendars,
  settingsCalendar,
  settingsConnect,
  settingsOutcomes,
  setPassword,
  unremovedEvents,
  unwrittenEvents,
  video,
}
