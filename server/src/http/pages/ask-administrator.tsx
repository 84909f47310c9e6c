import type { VNode } from 'preact'
import { dayOf } from '../../domain/zoned-time.ts'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarAccess } from '../../ports/calendar-connector.ts'
import type { AdminConsentLink } from '../../services/admin-consent.ts'
import { Back } from './components.tsx'
import { formatDayWithYear } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'

interface AskAdministratorPage extends Member {
  readonly features: CalendarFeatures
  /** What is to be approved. */
  readonly access: CalendarAccess
  /** Where an administrator approves; undefined where the provider has no such page. */
  readonly link: AdminConsentLink | undefined
}

const READS = 'It reads when I am busy: start, end and busy or free. It never asks for titles, people or notes.'
const WRITES: Readonly<Record<CalendarAccess, string>> = {
  availability: 'It writes nothing.',
  bookings: 'It also writes the sessions booked with me, and removes them when they are cancelled.',
}

const mailOf = (
  { company }: CalendarFeatures,
  access: CalendarAccess,
  link: { readonly href: string; readonly lastDay: string } | undefined,
): { subject: string; body: string } => ({
  subject: `Please approve calendar access for our booking page (${company})`,
  body: [
    'Hello,',
    '',
    `I would like to connect my calendar to our booking page, so that clients only see hours when I am free. ${company} says that an administrator of our organisation has to approve this first.`,
    '',
    `${READS} ${WRITES[access]}`,
    ...(link === undefined
      ? ['', `Please allow this app in the administration of ${company}.`]
      : ['', `Please open this link and approve, before ${link.lastDay}:`, '', link.href]),
    '',
    'Thank you.',
  ].join('\n'),
})

const OTHER: Readonly<Record<CalendarAccess, { readonly access: CalendarAccess; readonly words: string }>> = {
  availability: { access: 'bookings', words: 'Ask for writing sessions into your calendar as well' },
  bookings: { access: 'availability', words: 'Ask only for seeing when you are busy' },
}

export const askAdministratorPage = (props: AskAdministratorPage): VNode => {
  const { access, features, link, overview } = props
  const lastDay = link && formatDayWithYear(dayOf(link.until, overview.tenant.timeZone))
  const { subject, body } = mailOf(features, access, link && { href: link.url.href, lastDay: lastDay ?? '' })
  const mail = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
  const other = OTHER[access]
  return (
    <MemberDocument title="Ask your administrator" current="calendar" member={props}>
      <Back href="/settings/calendar">Your calendar settings</Back>
      <h1>Ask your administrator</h1>
      <p>{`Your organisation decides which apps may use its ${features.company} accounts. Send your administrator this.`}</p>
      {link !== undefined && (
        <>
          <p>
            <a
              href={`/settings/calendar/admin?${new URLSearchParams({ provider: features.slug, access: other.access })}`}
            >
              {other.words}
            </a>
          </p>
          <div class="field">
            <label for="link">Link for your administrator</label>
            <input id="link" type="text" readonly value={link.url.href} autocomplete="off" />
            <p class="hint">{`It works until ${lastDay}. After that, take a new one from here.`}</p>
          </div>
        </>
      )}
      <div class="field">
        <label for="mail">Text for an email</label>
        <textarea id="mail" readonly rows={14} autocomplete="off" value={body} />
      </div>
      <p>
        <a class="btn" href={mail}>
          Open it in your email program
        </a>
      </p>
      <p>{`When it is approved, connect ${features.label} again from your calendar settings.`}</p>
    </MemberDocument>
  )
}
