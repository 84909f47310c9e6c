import type { VNode } from 'preact'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { Hidden } from './form-fields.tsx'
import { formatMoment } from './formatting.ts'
import { useLocale, useTexts } from './page-locale.tsx'

interface Props {
  readonly overview: CalendarOverview
  readonly now: Date
  readonly csrf: string
  readonly mayChange: boolean
}

/** Accounts that were given up, and to which we keep our access until our entries are removed there. */
export const KeptAccounts = ({ overview, now, csrf, mayChange }: Props): VNode | null => {
  const locale = useLocale()
  const { keptAccounts: t } = useTexts()
  return overview.kept.length === 0 ? null : (
    <section class="note warn" aria-labelledby="kept">
      <h2 id="kept">{t.title}</h2>
      {overview.kept.map(({ connectionId, features, until, events }) => (
        <div class="stack" key={connectionId}>
          <p>
            {t.text(
              events,
              features?.label ?? t.accountBefore,
              formatMoment(until, overview.tenant.timeZone, now, locale),
            )}
          </p>
          {mayChange && (
            <form method="post" action="/settings/calendar/disconnect" class="row">
              <Hidden fields={{ _csrf: csrf, connection: connectionId }} />
              <button type="submit" class="quiet">
                {t.deleteNow}
              </button>
              <small>{t.deleteNowText}</small>
            </form>
          )}
        </div>
      ))}
      <p>
        {t.listed((words) => (
          <a href="/appointments">{words}</a>
        ))}
      </p>
    </section>
  )
}
