import { randomUUID } from 'node:crypto'
import type { Account } from './accounts.ts'
import { readBatch } from './batch.ts'
import type { Cloud } from './cloud.ts'
import type { AccessToken } from './grants.ts'
import { accessDenied, claimsChallenge, graphError, JSON_TYPE, preferencesOf, unauthorized } from './graph-answers.ts'
import { routeGraph } from './graph-routes.ts'
import { Quiet } from './quiet.ts'
import { disturbed, under } from './spoil.ts'
import { Throttle } from './throttle.ts'
import type { Answer, Handler, Incoming } from './wire.ts'

/** Graph v1.0, as far as a calendar client needs it. */
export function createGraph(cloud: Cloud): Handler {
  const throttle = new Throttle(cloud)
  const quiet = new Quiet(cloud)

  return async (incoming) => {
    const token = authenticate(cloud, incoming)
    if ('status' in token) return finished(incoming, await disturbed(cloud, () => token)(incoming))
    incoming.exchange.account = token.account
    incoming.exchange.early = quiet.isEarly(token.account.oid)
    const batched = incoming.path === '/v1.0/$batch'
    const refused = batched ? undefined : throttle.admit(token.account, incoming)
    const answer = await disturbed(cloud, () =>
      batched ? batch(cloud, throttle, quiet, incoming, token) : (refused ?? perform(cloud, incoming, token)),
    )(incoming)
    quiet.heard(token.account.oid, answer)
    return finished(incoming, answer)
  }
}

/** The items of a batch: judged alone, at most four at once, answered in another order than asked. */
async function batch(
  cloud: Cloud,
  throttle: Throttle,
  quiet: Quiet,
  incoming: Incoming,
  token: AccessToken,
): Promise<Answer> {
  const items = readBatch(incoming)
  if (!Array.isArray(items)) return items
  const refused = throttle.admitBatch(token.account, incoming, items.length)
  const done = new Map<string, Answer>()
  const waits: Promise<void>[] = []
  for (const [index, item] of items.entries()) {
    const plan = cloud.faults.take(item.incoming)
    const failed = item.dependsOn.find((id) => (done.get(id)?.status ?? 424) >= 400)
    const run = () =>
      failed === undefined
        ? (refused(index) ?? perform(cloud, item.incoming, token))
        : graphError(424, 'FailedDependency', `The request depends on request ${failed}, which failed.`)
    const answer = plan ? await under(plan, item.incoming, run) : run()
    quiet.heard(token.account.oid, answer)
    if (answer.until) waits.push(answer.until)
    done.set(item.id, finished(item.incoming, answer))
  }
  // The order of answers is not promised; reversing it shows who relies on it.
  const responses = [...done].reverse().map(([id, { status, headers, body, raw }]) => ({
    id,
    status,
    headers: headers ?? {},
    ...((body !== undefined || raw !== undefined) && { body: raw === undefined ? body : String(raw) }),
  }))
  const delivery = [...done.values()].find((answer) => answer.delivery)?.delivery
  return {
    status: 200,
    body: { responses },
    ...(delivery && { delivery }),
    ...(waits.length > 0 && { until: Promise.all(waits).then(() => {}) }),
  }
}

function authenticate(cloud: Cloud, incoming: Incoming): AccessToken | Answer {
  const header = incoming.headers.authorization
  if (!header) return unauthorized('Access token is empty.')
  const token = cloud.grants.accessToken(header.replace(/^Bearer /i, ''))
  if (!token) return unauthorized('IDX14100: JWT is not well formed, there are no dots (.).')
  if (token.expiresAt <= cloud.now().getTime()) return unauthorized('Lifetime validation failed, the token is expired.')
  if (token.challenge)
    return token.handlesClaims ? claimsChallenge(token.challenge) : accessDenied('insufficient_claims')
  return token
}

function perform(cloud: Cloud, incoming: Incoming, token: AccessToken): Answer {
  const closed = incoming.path === '/v1.0/me' ? undefined : closedMailbox(token.account)
  // Poisoned answers carry what nobody asked for: no conformance check shall judge them.
  if (cloud.quirks.poison) incoming.exchange.faulty = true
  return closed ?? routeGraph(cloud, incoming, { ...token, account: incoming.exchange.mailboxOf ?? token.account })
}

/** What calendar calls answer where there is no mailbox to speak of. */
function closedMailbox(account: Account): Answer | undefined {
  // A guest's token for somebody else's tenant: 401 with nothing in it, while /me works.
  if (account.kind === 'guest') return { status: 401, headers: {} }
  switch (account.mailboxState) {
    case 'none':
      return graphError(404, 'MailboxNotEnabledForRESTAPI', 'REST API is not yet supported for this mailbox.')
    case 'unlicensed':
      return accessDenied()
    case 'policy':
      return accessDenied('Access to OData is disabled.')
    case 'ok':
      return undefined
  }
}

function finished(incoming: Incoming, answer: Answer): Answer {
  const headers: Record<string, string> = { 'cache-control': 'private', ...answer.headers }
  if (answer.body !== undefined) headers['content-type'] ??= JSON_TYPE
  const applied = answer.status < 300 ? preferencesOf(incoming).applied : undefined
  if (applied) headers['preference-applied'] = applied
  if (!incoming.batchItem) {
    const requestId = randomUUID()
    headers['request-id'] = requestId
    const asked = incoming.headers['client-request-id']
    const echo = /^true$/i.test(incoming.headers['return-client-request-id'] ?? '')
    headers['client-request-id'] = asked && echo ? asked : requestId
    headers['odata-version'] = '4.0'
  }
  return { ...answer, headers }
}
