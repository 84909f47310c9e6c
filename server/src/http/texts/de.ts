import { account } from './de/account.ts'
import { appointments } from './de/appointments.ts'
import { askAdministrator } from './de/ask-administrator.ts'
import { bookingClosed } from './de/booking-closed.ts'
import { bookingDays } from './de/booking-days.ts'
import { bookingDetails } from './de/booking-details.ts'
import { bookingLayout } from './de/booking-layout.ts'
import { bookingOtherTimes } from './de/booking-other-times.ts'
import { bookingServices } from './de/booking-services.ts'
import { bookingTimeZones } from './de/booking-time-zones.ts'
import { bookingTimes } from './de/booking-times.ts'
import { bookingUnavailable } from './de/booking-unavailable.ts'
import { calendarCallback } from './de/calendar-callback.ts'
import { calendarFile } from './de/calendar-file.ts'
import { calendarNames } from './de/calendar-names.ts'
import { clientData } from './de/client-data.ts'
import { connectionHealth } from './de/connection-health.ts'
import { errorPage } from './de/error-page.ts'
import { eventButtons } from './de/event-buttons.ts'
import { eventDifferences } from './de/event-differences.ts'
import { eventsChoice } from './de/events-choice.ts'
import { failures } from './de/failures.ts'
import { formFields } from './de/form-fields.ts'
import { formats } from './de/formats.ts'
import { furtherAccounts } from './de/further-accounts.ts'
import { keptAccounts } from './de/kept-accounts.ts'
import { layout } from './de/layout.ts'
import { leaving } from './de/leaving.ts'
import { manage } from './de/manage.ts'
import { noticing } from './de/noticing.ts'
import { replaceAccount } from './de/replace-account.ts'
import { setPassword } from './de/set-password.ts'
import { settingsAccount } from './de/settings-account.ts'
import { settingsBusyCalendars } from './de/settings-busy-calendars.ts'
import { settingsCalendar } from './de/settings-calendar.ts'
import { settingsConnect } from './de/settings-connect.ts'
import { settingsOutcomes } from './de/settings-outcomes.ts'
import { settingsWriting } from './de/settings-writing.ts'
import { signIn } from './de/sign-in.ts'
import { unremovedEvents } from './de/unremoved-events.ts'
import { unsentForm } from './de/unsent-form.ts'
import { unwrittenEvents } from './de/unwritten-events.ts'
import { video } from './de/video.ts'
import { whatClientsSee } from './de/what-clients-see.ts'
import type { Texts } from './en.ts'

export const de: Texts = {
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
