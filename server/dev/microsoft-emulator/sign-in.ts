export type Decision = 'accept' | 'decline' | 'return' | 'approve' | 'deny'

/**
 * Walks through Entra's pages as a person with a browser would: picks the account, decides, and returns the address
 * that the application is called back with. `who`: the account's address; for admin consent the tenant's domain.
 */
export async function walkThrough(authorizeUrl: string, who: string, decision: Decision): Promise<string> {
  const { origin } = new URL(authorizeUrl)
  let response = await fetch(authorizeUrl, { redirect: 'manual' })
  for (let step = 0; step < 4; step++) {
    const location = response.headers.get('location')
    if (location) return location
    const page = await response.text()
    if (response.status !== 200) throw new Error(`Entra refused: ${plain(page)}`)
    const form = formFor(page, who, decision)
    if (!form) throw new Error(`nothing to press for ${who} and ${decision}: ${plain(page)}`)
    response = await fetch(new URL(form.action, origin), {
      method: 'POST',
      body: new URLSearchParams(form.fields),
      redirect: 'manual',
    })
  }
  throw new Error('Entra asked for more than four pages')
}

interface Form {
  readonly action: string
  readonly fields: Record<string, string>
}

function formFor(page: string, who: string, decision: Decision): Form | undefined {
  const name = escaped(who)
  const forTenant = decision === 'approve' || decision === 'deny'
  for (const [, head = '', body = ''] of page.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs)) {
    const buttons = [...body.matchAll(/<button name="(\w+)" value="([^"]*)"[^>]*>(.*?)<\/button>/gs)]
    const button = buttons.find(
      ([, field, value, label]) =>
        (field === 'account' && label?.includes(name)) ||
        (field === 'decision' && value === decision && (!forTenant || body.includes(name))),
    )
    if (!button) continue
    const fields = Object.fromEntries(
      [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, key = '', value = '']) => [
        key,
        unescaped(value),
      ]),
    )
    const action = /action="([^"]*)"/.exec(head)?.[1] ?? ''
    return { action: unescaped(action), fields: { ...fields, [button[1] ?? '']: unescaped(button[2] ?? '') } }
  }
  return undefined
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/'/g, '&#39;')
const unescaped = (text: string): string =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
const plain = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 300)
