import { account } from './en/account.ts'
import { appointments } from './en/appointments.ts'
import { askAdministrator } from './en/ask-administrator.ts'
import { bookingClosed } from './en/booking-closed.ts'
import { bookingDays } from './en/booking-days.ts'
import { bookingDetails } from './en/booking-details.ts'
import { bookingLayout } from './en/booking-layout.ts'
import { bookingOtherTimes } from './en/booking-other-times.ts'
import { bookingServices } from './en/booking-services.ts'
import { bookingTimeZones } from './en/booking-time-zones.ts'
import { bookingTimes } from './en/booking-times.ts'
import { bookingUnavailable } from './en/booking-unavailable.ts'
import { calendarCallback } from './en/calendar-callback.ts'
import { calendarFile } from './en/calendar-file.ts'
import { calendarNames } from './en/calendar-names.ts'
import { clientData } from './en/client-data.ts'
import { connectionHealth } from './en/connection-health.ts'
import { errorPage } from './en/error-page.ts'
import { eventButtons } from './en/event-buttons.ts'
import { eventDifferences } from './en/event-differences.ts'
import { eventsChoice } from './en/events-choice.ts'
import { failures } from './en/failures.ts'
import { formFields } from './en/form-fields.ts'
import { formats } from './en/formats.ts'
import { furtherAccounts } from './en/further-accounts.ts'
import { keptAccounts } from './en/kept-accounts.ts'
import { layout } from './en/layout.ts'
import { leaving } from './en/leaving.ts'
import { manage } from './en/manage.ts'
import { noticing } from './en/noticing.ts'
import { replaceAccount } from './en/replace-account.ts'
import { setPassword } from './en/set-password.ts'
import { settingsAccount } from './en/settings-account.ts'
import { settingsBusyCalendars } from './en/settings-busy-calendars.ts'
import { settingsCalendar } from './en/settings-calendar.ts'
import { settingsConnect } from './en/settings-connect.ts'
import { settingsOutcomes } from './en/settings-outcomes.ts'
import { settingsWriting } from './en/settings-writing.ts'
import { signIn } from './en/sign-in.ts'
import { unremovedEvents } from './en/unremoved-events.ts'
import { unsentForm } from './en/unsent-form.ts'
import { unwrittenEvents } from './en/unwritten-events.ts'
import { video } from './en/video.ts'
import { whatClientsSee } from './en/what-clients-see.ts'

/** The words of the pages, by page; every other language has a text for each key, or does not compile. */
export const en = {
  account,
  appointments,
  askAdministrator,
  bookingDays,
  bookingDetails,
  bookingLayout,
  bookingOtherTimes,
  bookingServices,
  bookingTimeZones,
  bookingTimes,
  bookingUnavailable,
  bookingClosed,
  calendarCallback,
  calendarFile,
  calendarNames,
  connectionHealth,
  errorPage,
  eventButtons,
  eventsChoice,
  failures,
  formFields,
  clientData,
  eventDifferences,
  formats,
  furtherAccounts,
  keptAccounts,
  layout,
  leaving,
  manage,
  replaceAccount,
  setPassword,
  settingsAccount,
  settingsBusyCalendars,
  settingsCalendar,
  settingsConnect,
  settingsOutcomes,
  settingsWriting,
  signIn,
  unremovedEvents,
  unsentForm,
  unwrittenEvents,
  video,
  whatClientsSee,
  noticing,
}

export type Texts = typeof en
