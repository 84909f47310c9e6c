export const askAdministrator = {
  title: 'Ask your administrator',
  back: 'Your calendar settings',
  text: (company: string) =>
    `In many organisations an administrator decides which apps may use their ${company} accounts. Send yours this.`,
  /** Asks for the other access than the one of the page. */
  other: {
    availability: 'Ask for writing sessions into your calendar as well',
    bookings: 'Ask only for seeing when you are busy',
  },
  link: 'Link for your administrator',
  worksUntil: (day: string) => `It works until ${day}. After that, take a new one from here.`,
  mail: 'Text for an email',
  open: 'Open it in your email program',
  afterwards: (label: string) => `When it is approved, connect ${label} from your calendar settings.`,
  subject: (company: string) => `Please approve calendar access for our booking page (${company})`,
  hello: 'Hello,',
  wish: (label: string, practice: string, company: string) =>
    `I would like to connect my ${label} to the booking page of ${practice}, so that clients only see hours when I am free. An administrator of our organisation may have to approve this at ${company} first.`,
  reads: 'It reads when I am busy: start, end and busy or free. It never asks for titles, people or notes.',
  writes: {
    availability: 'It writes nothing.',
    bookings: 'It also writes the sessions booked with me, and removes them when they are cancelled.',
  },
  app: (address: string) => `The app: ${address}`,
  clientId: (company: string, id: string) => `Its client id at ${company}: ${id}`,
  permissions: (permissions: string) => `Its permissions: ${permissions}`,
  reference: (address: string) => `What they allow: ${address}`,
  allow: (company: string) => `Please allow this app in the administration of ${company}.`,
  approve: (day: string) => `Please open this link and approve, before ${day}:`,
  thanks: 'Thank you.',
}
