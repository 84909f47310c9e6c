import { describe, expect, it } from 'vitest'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createUserStore } from '../../src/adapters/postgres/accounts/user-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { startAdmin } from '../support/admin.ts'
import { createPractice } from '../support/practice.ts'
import { auditOf, createConnection, NOW, newBooking } from '../support/rows.ts'
import { openSnapshots } from '../support/snapshots.ts'

const { test, admin } = await startAdmin()

const NEW = ['--name', 'Bo', '--time-zone', 'Europe/Vienna']
const created = async (slug: string) => {
  const answer = await admin('tenants', 'create', '--slug', slug, ...NEW, '--email', `bo@${slug}.example`, '--json')
  expect(answer.code).toBe(0)
  return answer.data as { id: string; passwordLink: { url: string; expiresAt: string } }
}

describe('an operator’s snapshots', () => {
  it('are made with a link for their owner, whose password nobody knows', async () => {
    const { id, passwordLink } = await created('linked')
    expect(passwordLink.url).toMatch(/^http:\/\/127\.0\.0\.1:3999\/set-password\/[\w-]{43}$/)
    expect(await auditOf(test.pool, id)).toEqual(['tenant_created operator', 'password_link_made operator'])
    const { rows } = await test.pool.query('SELECT token_hash FROM password_link')
    expect(JSON.stringify(rows)).not.toContain(passwordLink.url.split('/').at(-1))
  })

  it('are listed with the health of their calendar, its last read and what waits', async () => {
    const practice = await createPractice(test.database, { slug: 'listed', name: 'Ada\u001b[31m' })
    const id = await createConnection(test.database, practice.tenantId, '{}')
    const lastReadAt = new Date('2030-01-01T00:00:00Z')
    await test.database.calendarConnection.update({
      where: { id },
      data: { lastReadAt, failureReason: 'reconnect', failingSince: NOW },
      select: { id: true },
    })
    await createBookingStore(test.database).insert(newBooking(practice), NOW, () => true)
    const further = await createConnection(test.database, practice.tenantId, '{}', {
      provider: 'GOOGLE',
      status: 'PENDING',
    })
    await test.pool.query(
      `UPDATE calendar_connection SET status = 'BLOCKING', slot = 1, access = 'AVAILABILITY' WHERE id = $1`,
      [further],
    )
    const listed = ((await admin('tenants', 'list', '--json')).data as { slug: string }[]).find(
      ({ slug }) => slug === 'listed',
    )
    expect(listed).toMatchObject({
      state: 'open',
      waitingEvents: 1,
      health: 'reconnect',
      accounts: [
        {
          provider: 'MICROSOFT',
          receives: true,
          health: 'reconnect',
          lastReadAt: lastReadAt.toJSON(),
          since: NOW.toJSON(),
        },
        { provider: 'GOOGLE', receives: false, health: 'read_only' },
      ],
    })
    const { said } = await admin('tenants', 'list')
    expect(said).toMatch(/^SLUG +STATE/)
    expect(said).toMatch(/^listed +open +reconnect +2030-01-01T00:00:00.000Z +1 +Ada�\[31m$/m)
    const shown = await admin('tenants', 'show', 'listed')
    expect(shown.said).toContain(`${practice.email} (owner)`)
    expect(shown.said).not.toContain('account-')
  })

  it('are suspended and resumed, once each in the audit', async () => {
    const { id } = await created('pausing')
    const snapshots = openSnapshots(test)
    const at = { start: NOW, end: NOW }
    for (const action of ['suspend', 'suspend']) expect((await admin('tenants', action, 'pausing')).code).toBe(0)
    expect([await snapshots.bySlug('pausing', at), (await snapshots.byId(id, at))?.tenant.suspended]).toEqual([
      undefined,
      true,
    ])
    expect((await admin('tenants', 'suspend', 'pausing')).said).toBe('It is so already.')
    expect((await admin('tenants', 'resume', 'pausing')).code).toBe(0)
    expect((await snapshots.bySlug('pausing', at))?.tenant.suspended).toBe(false)
    expect((await auditOf(test.pool, id)).slice(2)).toEqual(['tenant_suspended operator', 'tenant_resumed operator'])
  })

  it('get another name, slug and time zone', async () => {
    const { id } = await created('moving')
    expect((await admin('tenants', 'rename', 'moving', '--name', 'Bo & Co', '--to', 'moved')).said).toContain('/book/')
    expect((await admin('tenants', 'zone', 'moved', 'Europe/Lisbon')).code).toBe(0)
    const tenant = await createTenantStore(test.database).byId(id)
    expect(tenant).toMatchObject({ slug: 'moved', name: 'Bo & Co', timeZone: 'Europe/Lisbon' })
    expect((await auditOf(test.pool, id)).slice(2)).toEqual([
      'tenant_renamed operator',
      'tenant_time_zone_changed operator',
    ])
  })

  it.each([
    [['tenants', 'show', 'nobody'], 1, 'there is no practice "nobody"'],
    [['tenants', 'show', 'No Slug'], 1, 'a slug is small letters'],
    [['tenants', 'show', ''], 1, 'a slug is small letters'],
    [['tenants', 'suspend', 'nobody'], 1, 'there is no practice "nobody"'],
    [['tenants', 'zone', 'taken', 'Mars/Olympus'], 1, 'a time zone is an IANA name'],
    [['tenants', 'rename', 'taken'], 1, 'give --name or --to'],
    [['tenants', 'rename', 'taken', '--to', 'other'], 1, 'the slug "other" is in use already'],
    [['tenants', 'rename', 'taken', '--name', ' '], 1, 'a name is not empty'],
    [['tenants', 'create', '--slug', 'taken', ...NEW, '--email', 'new@a.example'], 1, 'in use already'],
    [['tenants', 'create', '--slug', 'fresh', ...NEW, '--email', 'bo@taken.example'], 1, 'in use already'],
    [['tenants', 'create', '--slug', 'fresh'], 1, '--name is missing; --time-zone is missing; --email is missing'],
    [['tenants', 'show'], 2, 'it takes <slug>'],
    [['tenants', 'list', 'all'], 2, 'unknown word: all'],
    [['tenants', 'list', '--everything'], 2, '--everything'],
    [['tenants', 'lost'], 2, 'no such command'],
  ])('are not touched by %j', async (args, code, words) => {
    if ((await test.database.tenant.count({ where: { slug: 'taken' } })) === 0) {
      await created('taken')
      await created('other')
    }
    const count = await test.database.auditEvent.count()
    const answer = await admin(...args)
    expect([answer.code, answer.said]).toEqual([code, ''])
    expect(answer.warned).toContain(words)
    if (code === 1) expect(JSON.parse((await admin(...args, '--json')).warned).error).toContain(words)
    expect(await test.database.auditEvent.count()).toBe(count)
  })

  it('tell how each command is called', async () => {
    expect((await admin('tenants', 'rename', '--help')).said).toContain('Usage: npm run admin -- tenants rename <slug>')
    expect((await admin('tenants', '--help')).said).not.toContain('-- users')
  })
})

describe('an operator’s users', () => {
  const email = async (slug: string) => {
    await created(slug)
    return `bo@${slug}.example`
  }

  it('are added, listed, made owner, disabled and enabled, each in the audit', async () => {
    const owner = await email('staffed')
    expect((await admin('users', 'add', 'staffed', 'Cy@Staffed.example')).code).toBe(0)
    const cy = 'cy@staffed.example'
    expect((await admin('users', 'list', '--tenant', 'staffed', '--json')).data).toMatchObject([
      { email: owner, role: 'owner' },
      { email: cy, role: 'member' },
    ])
    expect((await admin('users', 'role', cy, 'owner')).code).toBe(0)
    expect((await admin('users', 'role', owner, 'member')).code).toBe(0)
    const users = createUserStore(test.database)
    expect([(await users.byEmail(cy))?.owner, (await users.byEmail(owner))?.owner]).toEqual([true, false])
    const id = (await users.byEmail(cy))?.id
    await test.pool.query(`INSERT INTO session (sid, sess, expire) VALUES ('sid', $1, now())`, [{ userId: id }])
    expect((await admin('users', 'disable', cy)).said).toContain('signed out everywhere')
    expect(await users.byEmail(cy)).toBeUndefined()
    expect(await test.database.session.count({ where: { sid: 'sid' } })).toBe(0)
    expect(await test.database.passwordLink.count({ where: { userId: id ?? '' } })).toBe(0)
    expect((await admin('users', 'password-link', cy)).warned).toContain('users enable comes first')
    expect((await admin('users', 'enable', cy)).code).toBe(0)
    const { tenantId } = await test.database.user.findUniqueOrThrow({ where: { email: cy } })
    expect((await auditOf(test.pool, tenantId)).slice(2)).toEqual([
      'user_added operator',
      'password_link_made operator',
      'user_role_changed operator',
      'user_role_changed operator',
      'user_disabled operator',
      'user_enabled operator',
    ])
  })

  it('are told that nobody is left where the last one is disabled', async () => {
    const only = await email('lonely')
    expect((await admin('users', 'role', only, 'member')).warned).toContain('she is the only owner')
    expect((await admin('users', 'disable', only)).said).toContain('Nobody can sign in at lonely now.')
  })

  it.each([
    [['users', 'list', '--tenant', 'nobody'], 'there is no practice "nobody"'],
    [['users', 'add', 'nobody', 'a@b.example'], 'there is no practice "nobody"'],
    [['users', 'add', 'mine', 'no address'], 'a user is named by her e-mail address'],
    [['users', 'add', 'mine', 'bo@theirs.example'], 'in use already'],
    [['users', 'role', 'bo@mine.example', 'queen'], 'a role is owner or member'],
    [['users', 'disable', 'bo@theirs.example', '--tenant', 'mine'], 'there is no user bo@theirs.example at mine'],
    [['users', 'password-link', 'no@body.example'], 'there is no user no@body.example'],
    [['users', 'password-link', 'bo@mine.example', '--hours', '0'], '--hours takes at least 1'],
    [['users', 'password-link', 'bo@mine.example', '--hours', 'long'], '--hours takes a number'],
  ])('are not touched by %j', async (args, words) => {
    if ((await test.database.tenant.count({ where: { slug: 'mine' } })) === 0)
      for (const slug of ['mine', 'theirs']) await created(slug)
    const count = await test.database.auditEvent.count()
    const { code, warned } = await admin(...args)
    expect([code, warned.includes(words)]).toEqual([1, true])
    expect(await test.database.auditEvent.count()).toBe(count)
  })
})
