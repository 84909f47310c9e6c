import type { VNode } from 'preact'
import { accountPage } from '../../src/http/pages/account.tsx'
import { clientDataPage } from '../../src/http/pages/client-data.tsx'
import { NOW, overviewOf } from '../support/fixtures.ts'

const member = { overview: overviewOf(), csrf: 'csrf-token', now: NOW }
const account = { ...member, email: 'ada@praxis.example', errors: [], owner: true }
const data = { ...member, setting: undefined, looked: undefined, outcome: undefined }

/** A user's own account, and for how long her practice keeps its clients' data. */
export const OWN_ACCOUNT_STATES: Readonly<Record<string, () => VNode>> = {
  'accountPage: first': () => accountPage(account),
  'accountPage: not an owner': () => accountPage({ ...account, owner: false }),
  'accountPage: changed': () => accountPage({ ...account, changed: true }),
  'accountPage: wrong': () =>
    accountPage({ ...account, errors: [{ field: 'current', message: 'This is not your password' }] }),
  'clientDataPage: off': () => clientDataPage(data),
  'clientDataPage: looked': () => clientDataPage({ ...data, looked: { years: 2, sessions: 41 } }),
  'clientDataPage: nothing to erase': () => clientDataPage({ ...data, setting: 2, looked: { years: 1, sessions: 0 } }),
  'clientDataPage: one to erase': () => clientDataPage({ ...data, setting: 2, looked: { years: 1, sessions: 1 } }),
  'clientDataPage: saved': () => clientDataPage({ ...data, setting: 1, outcome: 'saved' }),
  'clientDataPage: changed': () =>
    clientDataPage({ ...data, setting: 10, looked: { years: 3, sessions: 42 }, outcome: 'changed' }),
}
