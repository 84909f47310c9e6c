import fs from 'node:fs/promises'
import { z } from 'zod'
import { TOMBSTONE_KINDS, type Tombstone } from '../../ports/tombstones.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, Refused, type Values } from '../command.ts'

const Line = z.object({
  at: z.coerce.date(),
  kind: z.enum(TOMBSTONE_KINDS),
  tenantId: z.uuid(),
  subjectId: z.uuid(),
})

async function linesOf(path: string): Promise<string[]> {
  try {
    return (await fs.readFile(path, 'utf8')).split('\n')
  } catch {
    throw new Refused(`the file ${path} cannot be read`)
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Every line, or nothing: refused with the number of the first that is none. */
async function tombstonesIn(path: string): Promise<Tombstone[]> {
  const lines = await linesOf(path)
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return []
    const line = Line.safeParse(parsed(text))
    if (!line.success) throw new Refused(`line ${index + 1} of ${path} is no tombstone: nothing is done`)
    return [line.data]
  })
}

async function apply({ file }: Values, administration: Administration): Promise<Answer> {
  const data = await administration.applyTombstones(await tombstonesIn(String(file)), 'operator')
  const { connections, bookings, tenants, unchanged } = data
  return {
    data,
    lines: [
      `Given up again: ${connections} connections. Erased again: ${bookings} bookings. Removed again: ${tenants} practices. Nothing to do: ${unchanged}.`,
    ],
  }
}

export const TOMBSTONE_COMMANDS: readonly Command[] = [
  {
    name: 'tombstones apply',
    takes: ['file'],
    says: 'After a restore, before the app starts: gives up, erases and removes again what TOMBSTONE_FILE lists. Safe to repeat.',
    run: apply,
  },
]
