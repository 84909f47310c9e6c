import { ADMINISTRATION } from './administration.ts'
import { AUTHORITY } from './authority.ts'
import { BOOKING } from './booking.ts'
import { CALENDARS } from './calendars.ts'
import { CHANGED_EVENTS } from './changed-events.ts'
import { CHANGING_ACCOUNT } from './changing-account.ts'
import { CLOCK } from './clock.ts'
import { CONFLICTS } from './conflicts.ts'
import type { Defence } from './defence.ts'
import { DEPLOYING } from './deploying.ts'
import { DEPLOYMENT } from './deployment.ts'
import { FURTHER_ACCOUNTS } from './further-accounts.ts'
import { GOOGLE } from './google.ts'
import { HEALTH } from './health.ts'
import { ID_TOKENS } from './id-tokens.ts'
import { JOBS } from './jobs.ts'
import { LEAVING } from './leaving.ts'
import { LIMITS } from './limits.ts'
import { LINKS } from './links.ts'
import { MAINTENANCE } from './maintenance.ts'
import { METRICS } from './metrics.ts'
import { NOTICING } from './noticing.ts'
import { ONLINE_MEETINGS } from './online-meetings.ts'
import { OPERATING } from './operating.ts'
import { OUTAGES } from './outages.ts'
import { OUTBOX } from './outbox.ts'
import { PACKAGE } from './package.ts'
import { PAGES } from './pages.ts'
import { PAGES_REST } from './pages-rest.ts'
import { PICKING } from './picking.ts'
import { PLANS } from './plans.ts'
import { PROCESSES } from './processes.ts'
import { PROGRAMMING_ERRORS } from './programming-errors.ts'
import { READINESS } from './readiness.ts'
import { READING } from './reading.ts'
import { REASONS } from './reasons.ts'
import { RECEIVING } from './receiving.ts'
import { SCOPES } from './scopes.ts'
import { SECURITY } from './security.ts'
import { SECURITY_ROWS } from './security-rows.ts'
import { SIGNING_IN } from './signing-in.ts'
import { SNAPSHOT } from './snapshots.ts'
import { SPELLING } from './spelling.ts'
import { STANDBY } from './standby.ts'
import { TEXTS } from './texts.ts'
import { TOKEN_ERRORS } from './token-errors.ts'
import { TOKENS } from './tokens.ts'
import { TRANSPORT } from './transport.ts'
import { WEB } from './web.ts'
import { WRITING } from './writing.ts'

export const DEFENCES: readonly Defence[] = [
  ...BOOKING,
  ...PLANS,
  ...JOBS,
  ...OUTBOX,
  ...OUTAGES,
  ...CHANGING_ACCOUNT,
  ...PICKING,
  ...FURTHER_ACCOUNTS,
  ...READINESS,
  ...READING,
  ...REASONS,
  ...SNAPSHOT,
  ...HEALTH,
  ...CALENDARS,
  ...WRITING,
  ...CHANGED_EVENTS,
  ...RECEIVING,
  ...NOTICING,
  ...CONFLICTS,
  ...ONLINE_MEETINGS,
  ...TRANSPORT,
  ...PROGRAMMING_ERRORS,
  ...TOKENS,
  ...TOKEN_ERRORS,
  ...SCOPES,
  ...ID_TOKENS,
  ...GOOGLE,
  ...SECURITY,
  ...WEB,
  ...PAGES,
  ...PAGES_REST,
  ...TEXTS,
  ...SPELLING,
  ...SIGNING_IN,
  ...AUTHORITY,
  ...DEPLOYING,
  ...DEPLOYMENT,
  ...LIMITS,
  ...LINKS,
  ...SECURITY_ROWS,
  ...PACKAGE,
  ...METRICS,
  ...CLOCK,
  ...STANDBY,
  ...MAINTENANCE,
  ...PROCESSES,
  ...ADMINISTRATION,
  ...OPERATING,
  ...LEAVING,
]
