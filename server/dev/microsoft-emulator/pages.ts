import { PERSONAL_TENANT } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import { createAdminConsent } from './entra-admin.ts'
import { createAuthorize } from './entra-authorize.ts'
import { refusalPage } from './entra-pages.ts'
import { markup, page } from './html.ts'
import { withoutSecrets } from './journal.ts'
import { createOutlook } from './outlook-page.ts'
import { publicKeys } from './signing.ts'
import type { Answer, Handler } from './wire.ts'

/** Everything a browser sees, and the documents with Entra's keys and endpoints. */
export function createPages(cloud: Cloud): Handler {
  const authorize = createAuthorize(cloud)
  const adminConsent = createAdminConsent(cloud)
  const outlook = createOutlook(cloud)
  return (incoming) => {
    const { path, method } = incoming
    const [, tenant] = /^\/([^/]+)\/(?:oauth2\/)?(?:v2\.0|discovery)\//.exec(path) ?? []
    if (path.startsWith('/outlook')) return outlook(incoming)
    if (path === '/journal') return journalPage(cloud)
    if (path === '/') return home()
    if (tenant && !isTenant(cloud, tenant)) return refusalPage(90002, 'Tenant not found.')
    if (path === `/${tenant}/oauth2/v2.0/authorize`) return isForm(method) ? authorize(incoming) : notFound()
    if (path === `/${tenant}/v2.0/adminconsent`) return isForm(method) ? adminConsent(incoming) : notFound()
    if (path === `/${tenant}/discovery/v2.0/keys`) return keys()
    if (path === `/${tenant}/v2.0/.well-known/openid-configuration`) return configuration(cloud, tenant ?? '')
    return notFound()
  }
}

const isForm = (method: string): boolean => method === 'GET' || method === 'POST'

const isTenant = (cloud: Cloud, tenant: string): boolean =>
  ['common', 'organizations', 'consumers'].includes(tenant) || cloud.accounts.some((account) => account.tid === tenant)

const keys = async (): Promise<Answer> => ({ status: 200, body: await publicKeys() })

function configuration(cloud: Cloud, tenant: string): Answer {
  const base = `${cloud.names.endpoints}/${tenant}`
  const issuer = `${cloud.names.issuer}/${ISSUED_FOR[tenant] ?? tenant}/v2.0`
  return {
    status: 200,
    body: {
      issuer,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    },
  }
}

/** The tenant in the issuer of the metadata of these: any, or the one of all personal accounts. */
const ISSUED_FOR: Readonly<Record<string, string>> = {
  common: '{tenantid}',
  organizations: '{tenantid}',
  consumers: PERSONAL_TENANT,
}

const home = (): Answer =>
  page(
    'Microsoft emulator',
    markup`<ul><li><a href="/outlook">Outlook calendars</a></li><li><a href="/journal">Journal of every exchange</a></li></ul>`,
  )

function journalPage(cloud: Cloud): Answer {
  const rows = cloud.journal.entries.slice(-200).reverse()
  return page(
    'Journal',
    markup`<p>The last ${rows.length} exchanges, newest first; codes and tokens are not shown.</p>
<table><thead><tr><th scope="col">When (UTC)</th><th scope="col">Request</th><th scope="col">Status</th></tr></thead>
<tbody>${rows.map(
      (entry) => markup`<tr><td>${entry.at.toISOString().slice(11, 23)}</td>
<td>${entry.method} ${withoutSecrets(entry.path)}</td><td>${entry.status ?? '–'}</td></tr>`,
    )}</tbody></table>`,
  )
}

const notFound = (): Answer => page('Not found', markup`<p><a href="/">Start</a></p>`, { status: 404 })
