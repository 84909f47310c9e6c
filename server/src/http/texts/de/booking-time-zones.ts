import type { bookingTimeZones as english } from '../en/booking-time-zones.ts'

export const bookingTimeZones: typeof english = {
  timesIn: (zone) => `Uhrzeiten in ${zone}.`,
  timesWhereYouMeet: (zone) => `Uhrzeiten in ${zone}, wo Sie sich treffen.`,
  worksIn: (name, zone) => `${name} arbeitet in ${zone}.`,
  worksInBelow: (name, zone) => `${name} arbeitet in ${zone}: Die Uhrzeit dort steht jeweils darunter.`,
  onDayIn: (day, zone) => ` am ${day}, in ${zone}`,
  inZone: (zone) => ` in ${zone}`,
  timeFor: (time, name) => `${time} für ${name}`,
  show: 'Uhrzeiten zeigen in',
  change: 'Ändern',
}
