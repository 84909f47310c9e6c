import type { VNode } from 'preact'
import { CANCELLED_RETENTION_DAYS, RETENTION_YEARS } from '../../domain/retention.ts'
import { Note } from './components.tsx'
import { Hidden } from './form-fields.tsx'
import { type Member, MemberDocument } from './layout.tsx'
import { pageOf, useTexts } from './page-locale.tsx'

export interface ClientDataPage extends Member {
  /** In years. Undefined: nothing is erased by itself. */
  readonly setting: number | undefined
  /** What another setting would erase now. */
  readonly looked: { readonly years: number; readonly sessions: number } | undefined
  readonly outcome: 'saved' | 'changed' | undefined
}

const ClientDataPage = (props: ClientDataPage): VNode => {
  const { clientData: t } = useTexts()
  const { setting, looked, outcome, csrf } = props
  return (
    <MemberDocument title={t.title} current="account" member={props}>
      {outcome === 'saved' && <Note tone="good" title={t.saved} />}
      {outcome === 'changed' && (
        <Note tone="warn" title={t.changed}>
          <p>{t.changedText}</p>
        </Note>
      )}
      <h1>{t.title}</h1>
      <p>{setting === undefined ? t.off : t.on(setting, CANCELLED_RETENTION_DAYS)}</p>
      <p>{t.what}</p>
      <p>{t.calendar}</p>
      <section aria-labelledby="choose" class="stack">
        <h2 id="choose">{t.choose}</h2>
        <form method="get" action="/settings/data" class="stack">
          <div class="field">
            <label for="years">{t.after}</label>
            <select id="years" name="years">
              {RETENTION_YEARS.map((years) => (
                <option key={years} value={years} selected={years === (looked?.years ?? setting ?? 2)}>
                  {t.years(years)}
                </option>
              ))}
            </select>
          </div>
          <button type="submit">{t.look}</button>
        </form>
        {looked !== undefined && (
          <form method="post" action="/settings/data" class="stack">
            <Hidden fields={{ _csrf: csrf, years: String(looked.years), shown: String(looked.sessions) }} />
            <p>{looked.sessions === 0 ? t.none(looked.years) : t.sessions(looked.years, looked.sessions)}</p>
            <button type="submit" class={looked.sessions === 0 ? undefined : 'bad'}>
              {t.confirm(looked.years)}
            </button>
          </form>
        )}
      </section>
    </MemberDocument>
  )
}

/** For how long a practice keeps its clients' data, and what another time would erase. */
export const clientDataPage = pageOf(ClientDataPage)
