import type { bookingTimeZones as english } from '../en/booking-time-zones.ts'

export const bookingTimeZones: typeof english = {
  timesIn: (zone) => `Die Uhrzeiten gelten in ${zone}.`,
  timesWhereYouMeet: (zone) => `Die Uhrzeiten gelten in ${zone}, wo Sie sich treffen.`,
  worksIn: (name, zone) => `${name} arbeitet in ${zone}.`,
  worksInBelow: (name, zone) => `${name} arbeitet in ${zone}: Die Uhrzeit dort steht jeweils darunter.`,
  onDayIn: (day, zone) => ` am ${day}, in ${zone}`,
  inZone: (zone) => ` in ${zone}`,
  timeFor: (time, name) => `${time} für ${name}`,
  show: 'Uhrzeiten zeigen in',
  change: 'Ändern',
}
