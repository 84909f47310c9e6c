export const bookingTimeZones = {
  timesIn: (zone: string) => `Times are in ${zone}.`,
  timesWhereYouMeet: (zone: string) => `Times are in ${zone}, where you will meet.`,
  worksIn: (name: string, zone: string) => `${name} works in ${zone}.`,
  worksInBelow: (name: string, zone: string) => `${name} works in ${zone}, shown below each time.`,
  /** For screen readers, after a time on a button: its day, where the button does not show it, and its zone. */
  onDayIn: (day: string, zone: string) => ` on ${day} in ${zone}`,
  inZone: (zone: string) => ` in ${zone}`,
  timeFor: (time: string, name: string) => `${time} for ${name}`,
  show: 'Show times in',
  change: 'Change',
}
