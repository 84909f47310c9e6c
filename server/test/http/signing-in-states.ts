import type { VNode } from 'preact'
import { setPasswordPage, unknownPasswordLinkPage } from '../../src/http/pages/set-password.tsx'
import { signInPage } from '../../src/http/pages/sign-in.tsx'
import { unsentFormPage } from '../../src/http/pages/unsent-form.tsx'

const csrf = 'csrf-token'
const link = { csrf, token: 'token', email: 'ada@praxis.example' }
const unsent = { form: 'calendars', fields: [['calendar', 'c1']] } as const

export const SIGNING_IN_STATES: Readonly<Record<string, () => VNode>> = {
  'signInPage: first': () => signInPage({ csrf, next: 'appointments' }),
  'signInPage: wrong': () => signInPage({ csrf, next: 'calendar', email: 'ada@praxis.example', failed: true }),
  'signInPage: away': () => signInPage({ csrf, next: 'calendar', away: true }),
  'signInPage: kept': () => signInPage({ csrf, next: 'calendar', away: true, unsent }),
  'setPasswordPage: first': () => setPasswordPage({ ...link, errors: [] }),
  'setPasswordPage: wrong': () =>
    setPasswordPage({ ...link, errors: [{ field: 'next', message: 'Choose a password of at least 12 characters' }] }),
  'unknownPasswordLinkPage: any': () => unknownPasswordLinkPage({}),
  'unsentFormPage: calendars': () => unsentFormPage({ csrf, unsent }),
}
