import type { VNode } from 'preact'
import { dayOf } from '../../domain/zoned-time.ts'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { CalendarAccess } from '../../ports/calendar-connector.ts'
import type { AdministratorRequest } from '../../services/admin-consent.ts'
import type { Texts } from '../texts/en.ts'
import { Back } from './components.tsx'
import { formatDayWithYear } from './formatting.ts'
import { type Member, MemberDocument } from './layout.tsx'
import { pageOf, useLocale, useTexts } from './page-locale.tsx'

interface AskAdministratorPage extends Member {
  readonly features: CalendarFeatures
  /** What is to be approved. */
  readonly access: CalendarAccess
  readonly request: AdministratorRequest
  /** Of the public booking page, by which the app is known to everybody. */
  readonly address: string
}

function mailOf(
  { features, access, request, address, overview }: AskAdministratorPage,
  link: { readonly href: string; readonly lastDay: string } | undefined,
  t: Texts['askAdministrator'],
): { subject: string; body: string } {
  const { company, label } = features
  const { clientId, permissions, reference } = request.registration
  return {
    subject: t.subject(company),
    body: [
      t.hello,
      '',
      t.wish(label, overview.tenant.name, company),
      '',
      `${t.reads} ${t.writes[access]}`,
      '',
      t.app(address),
      t.clientId(company, clientId),
      t.permissions(permissions.join(', ')),
      t.reference(reference),
      '',
      ...(link === undefined ? [t.allow(company)] : [t.approve(link.lastDay), '', link.href]),
      '',
      t.thanks,
    ].join('\n'),
  }
}

const OTHER: Readonly<Record<CalendarAccess, CalendarAccess>> = { availability: 'bookings', bookings: 'availability' }

const AskAdministratorPage = (props: AskAdministratorPage): VNode => {
  const locale = useLocale()
  const { askAdministrator: t } = useTexts()
  const { access, features, request, overview } = props
  const { link } = request
  const lastDay = link && formatDayWithYear(dayOf(link.until, overview.tenant.timeZone), locale)
  const { subject, body } = mailOf(props, link && { href: link.url.href, lastDay: lastDay ?? '' }, t)
  const mail = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
  return (
    <MemberDocument title={t.title} current="calendar" member={props}>
      <Back href="/settings/calendar">{t.back}</Back>
      <h1>{t.title}</h1>
      <p>{t.text(features.company)}</p>
      {link !== undefined && (
        <>
          <p>
            <a
              href={`/settings/calendar/admin?${new URLSearchParams({ provider: features.slug, access: OTHER[access] })}`}
            >
              {t.other[access]}
            </a>
          </p>
          <div class="field">
            <label for="link">{t.link}</label>
            <input id="link" type="text" readonly value={link.url.href} autocomplete="off" />
            <p class="hint">{t.worksUntil(lastDay ?? '')}</p>
          </div>
        </>
      )}
      <div class="field">
        <label for="mail">{t.mail}</label>
        <textarea id="mail" readonly rows={20} autocomplete="off" value={body} />
      </div>
      <p>
        <a class="btn" href={mail}>
          {t.open}
        </a>
      </p>
      <p>{t.afterwards(features.label)}</p>
    </MemberDocument>
  )
}

export const askAdministratorPage = pageOf(AskAdministratorPage)
