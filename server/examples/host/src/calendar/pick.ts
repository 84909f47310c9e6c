import type { Tenant } from '../generated/client.js'
import type { CalendarProvider } from './port.js'

export type Calendars = Readonly<Record<Tenant['calendarProvider'], CalendarProvider>>

export const calendarFor = (calendars: Calendars, tenant: Tenant): CalendarProvider =>
  calendars[tenant.calendarProvider]
