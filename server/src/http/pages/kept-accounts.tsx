import type { VNode } from 'preact'
import type { CalendarOverview } from '../../services/connect-calendar.ts'
import { Hidden } from './form-fields.tsx'
import { formatMoment } from './formatting.ts'
import { useLocale } from './page-locale.tsx'

interface Props {
  readonly overview: CalendarOverview
  readonly now: Date
  readonly csrf: string
  readonly mayChange: boolean
}

/** Accounts that were given up, and to which we keep our access until our entries are removed there. */
export const KeptAccounts = ({ overview, now, csrf, mayChange }: Props): VNode | null => {
  const locale = useLocale()
  return overview.kept.length === 0 ? null : (
    <section class="note warn" aria-labelledby="kept">
      <h2 id="kept">Entries still to be removed</h2>
      {overview.kept.map(({ connectionId, features, until, events }) => (
        <div class="stack" key={connectionId}>
          <p>
            {`${events === 1 ? '1 entry of ours is' : `${events} entries of ours are`} still to be removed from ${features?.label ?? 'the account from before'}. Until that is done, and until ${formatMoment(until, overview.tenant.timeZone, now, locale)} at the latest, we keep our access there and use it for nothing else.`}
          </p>
          {mayChange && (
            <form method="post" action="/settings/calendar/disconnect" class="row">
              <Hidden fields={{ _csrf: csrf, connection: connectionId }} />
              <button type="submit" class="quiet">
                Delete our access now
              </button>
              <small>What is not removed by then stays there for you to remove.</small>
            </form>
          )}
        </div>
      ))}
      <p>
        <a href="/appointments">Your appointments</a> list what we could not remove.
      </p>
    </section>
  )
}
