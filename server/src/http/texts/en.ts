import { account } from './en/account.ts'
import { askAdministrator } from './en/ask-administrator.ts'
import { calendarCallback } from './en/calendar-callback.ts'
import { calendarNames } from './en/calendar-names.ts'
import { connectionHealth } from './en/connection-health.ts'
import { eventsChoice } from './en/events-choice.ts'
import { formFields } from './en/form-fields.ts'
import { formats } from './en/formats.ts'
import { keptAccounts } from './en/kept-accounts.ts'
import { layout } from './en/layout.ts'
import { leaving } from './en/leaving.ts'
import { replaceAccount } from './en/replace-account.ts'
import { setPassword } from './en/set-password.ts'
import { settingsAccount } from './en/settings-account.ts'
import { settingsBusyCalendars } from './en/settings-busy-calendars.ts'
import { settingsCalendar } from './en/settings-calendar.ts'
import { settingsConnect } from './en/settings-connect.ts'
import { settingsOutcomes } from './en/settings-outcomes.ts'

/** The words of the pages, by page; every other language has a text for each key, or does not compile. */
export const en = {
  account,
  askAdministrator,
  calendarCallback,
  calendarNames,
  connectionHealth,
  eventsChoice,
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
}

export type Texts = typeof en
