import type { VNode } from 'preact'
import { signInPage } from '../../src/http/pages/sign-in.tsx'
import { unsentFormPage } from '../../src/http/pages/unsent-form.tsx'

const csrf = 'csrf-token'
const unsent = { form: 'calendars', fields: [['calendar', 'c1']] } as const

export const SIGNING_IN_STATES: Readonly<Record<string, () => VNode>> = {
  'signInPage: first': () => signInPage({ csrf, next: 'appointments' }),
  'signInPage: wrong': () => signInPage({ csrf, next: 'calendar', email: 'ada@praxis.example', failed: true }),
  'signInPage: away': () => signInPage({ csrf, next: 'calendar', away: true }),
  'signInPage: kept': () => signInPage({ csrf, next: 'calendar', away: true, unsent }),
  'unsentFormPage: calendars': () => unsentFormPage({ csrf, unsent }),
}
