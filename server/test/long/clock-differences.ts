import type { EmulatedWorld } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import { signIn } from '../support/therapist.ts'
import type { Line, ProductionProcess } from './production-process.ts'
import { ask, type RealPostgres } from './real-postgres.ts'
import { say } from './report.ts'
import { book, type Connected, fromAnywhere, slotsUrl } from './visitors.ts'

export interface Scene {
  readonly world: EmulatedWorld
  readonly postgres: RealPostgres
  readonly right: ProductionProcess
  readonly wrong: ProductionProcess
  readonly all: readonly ProductionProcess[]
  readonly token: string
}

export const eventsOf = (lines: readonly Line[], from: number): string =>
  [
    ...new Set(
      lines
        .slice(from)
        .flatMap(({ level, event, code, reason }) =>
          level === 'info' ? [] : [`${event} ${code ?? reason ?? ''}`.trim()],
        ),
    ),
  ].join(', ') || 'nothing'

/** Begins at one process, and comes back to another. */
export async function connecting({ world, right, wrong }: Scene): Promise<Connected[]> {
  const connected: Connected[] = []
  for (const [what, begun, ended] of [
    ['begun and ended at the right one', right, right],
    ['begun and ended at the wrong one', wrong, wrong],
    ['begun at the right one, ended at the wrong one', right, wrong],
    ['begun at the wrong one, ended at the right one', wrong, right],
  ] as const)
    for (const provider of ['microsoft', 'google'] as const) {
      const practice = await world.practice()
      const account = world.microsoft.addAccount({ kind: 'work', address: `${practice.slug}@practice.example` })
      const therapist = await signIn(begun.origin, practice)
      const left = await therapist.leave(provider)
      const back =
        provider === 'google'
          ? world.google.signIn(left, 'iris@practice.example', 'accept')
          : await world.microsoft.signIn(left.href, account)
      const from = ended.lines.length
      const page = await therapist.at(ended).back(back)
      const location = page.location ?? String(page.status)
      const said = location.includes('connected') ? 'connected' : location.replace(/^.*\?/, '')
      say(`connecting ${provider} ${what}: ${said} (log: ${eventsOf(ended.lines, from)})`)
      if (provider === 'microsoft' && location.includes('connected')) connected.push({ practice, account })
      if (!location.includes('connected')) {
        const shown = page.location === undefined ? page : await therapist.at(ended).browser.get(page.location)
        const words = shown.text
          .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
          .replace(/<[^>]+>/g, ' ')
          .replace(/\s+/g, ' ')
        say(`  she reads: ${words.slice(0, 400)}`)
      }
    }
  return connected
}

const earliest = async (origin: string, practice: Practice): Promise<string | undefined> => {
  const answer = await fetch(slotsUrl(origin, practice, 0, 2), { headers: fromAnywhere() })
  const { slots }: { slots: { start: string }[] } = await answer.json()
  return slots[0]?.start
}

/** A practice without minimum notice that is open at all hours. */
export async function offering({ postgres, right, wrong }: Scene, { practice }: Connected): Promise<void> {
  const url = postgres.url('booking')
  await ask(url, 'UPDATE tenant SET minimum_notice_minutes = 0 WHERE id = $1', [practice.tenantId])
  await ask(url, 'UPDATE service SET duration_minutes = 10 WHERE tenant_id = $1', [practice.tenantId])
  await ask(url, 'DELETE FROM working_hours WHERE tenant_id = $1', [practice.tenantId])
  await ask(
    url,
    `INSERT INTO working_hours (id, tenant_id, weekday, start_minute, end_minute)
     SELECT gen_random_uuid(), $1, day, 0, 1440 FROM generate_series(1, 7) day`,
    [practice.tenantId],
  )
  const starts = await Promise.all([wrong, right].map(({ origin }) => earliest(origin, practice)))
  for (const [index, name] of ['wrong', 'right'].entries()) {
    const start = starts[index]
    if (start === undefined) throw new Error('there is no free time')
    const { status } = await book((index === 0 ? wrong : right).origin, practice, start)
    const minutes = ((Date.parse(start) - Date.now()) / 60_000).toFixed(1)
    say(`the first free time of the ${name} process begins in ${minutes} minutes; booking it there answers ${status}`)
  }
}
