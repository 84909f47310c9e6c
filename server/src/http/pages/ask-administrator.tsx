import type { VNode } from 'preact'
import { dayOf } from '../../domain/zoned-time.ts'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarAccess } from '../../ports/calendar-connector.ts'
import type { AdministratorRequest } from '../../services/admin-consent.ts'
import { Back } from './components.tsx'
import { formatDayWithYear } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'
import { pageOf, useLocale } from './page-locale.tsx'

interface AskAdministratorPage extends Member {
  readonly features: CalendarFeatures
  /** What is to be approved. */
  readonly access: CalendarAccess
  readonly request: AdministratorRequest
  /** Of the public booking page, by which the app is known to everybody. */
  readonly address: string
}

const READS = 'It reads when I am busy: start, end and busy or free. It never asks for titles, people or notes.'
const WRITES: Readonly<Record<CalendarAccess, string>> = {
  availability: 'It writes nothing.',
  bookings: 'It also writes the sessions booked with me, and removes them when they are cancelled.',
}

function mailOf(
  { features, access, request, address, overview }: AskAdministratorPage,
  link: { readonly href: string; readonly lastDay: string } | undefined,
): { subject: string; body: string } {
  const { company, label } = features
  const { clientId, permissions, reference } = request.registration
  return {
    subject: `Please approve calendar access for our booking page (${company})`,
    body: [
      'Hello,',
      '',
      `I would like to connect my ${label} to the booking page of ${overview.tenant.name}, so that clients only see hours when I am free. An administrator of our organisation may have to approve this at ${company} first.`,
      '',
      `${READS} ${WRITES[access]}`,
      '',
      `The app: ${address}`,
      `Its client id at ${company}: ${clientId}`,
      `Its permissions: ${permissions.join(', ')}`,
      `What they allow: ${reference}`,
      '',
      ...(link === undefined
        ? [`Please allow this app in the administration of ${company}.`]
        : [`Please open this link and approve, before ${link.lastDay}:`, '', link.href]),
      '',
      'Thank you.',
    ].join('\n'),
  }
}

const OTHER: Readonly<Record<CalendarAccess, { readonly access: CalendarAccess; readonly words: string }>> = {
  availability: { access: 'bookings', words: 'Ask for writing sessions into your calendar as well' },
  bookings: { access: 'availability', words: 'Ask only for seeing when you are busy' },
}

const AskAdministratorPage = (props: AskAdministratorPage): VNode => {
  const locale = useLocale()
  const { access, features, request, overview } = props
  const { link } = request
  const lastDay = link && formatDayWithYear(dayOf(link.until, overview.tenant.timeZone), locale)
  const { subject, body } = mailOf(props, link && { href: link.url.href, lastDay: lastDay ?? '' })
  const mail = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
  const other = OTHER[access]
  return (
    <MemberDocument title="Ask your administrator" current="calendar" member={props}>
      <Back href="/settings/calendar">Your calendar settings</Back>
      <h1>Ask your administrator</h1>
      <p>{`In many organisations an administrator decides which apps may use their ${features.company} accounts. Send yours this.`}</p>
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
        <textarea id="mail" readonly rows={20} autocomplete="off" value={body} />
      </div>
      <p>
        <a class="btn" href={mail}>
          Open it in your email program
        </a>
      </p>
      <p>{`When it is approved, connect ${features.label} from your calendar settings.`}</p>
    </MemberDocument>
  )
}

export const askAdministratorPage = pageOf(AskAdministratorPage)
