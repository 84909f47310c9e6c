import { describe, expect, it } from 'vitest'
import { type Child, runChild } from '../support/child-process.ts'

/** Runs a program of Node's with a database of its own; resolves when it has said so. */
async function begun(program: string): Promise<Child> {
  const child = runChild('server/dev/with-database.ts', [process.execPath, '-e', program], {})
  await new Promise<void>((resolve, reject) => {
    child.process.stdout?.on('data', () => child.output().includes('begun') && resolve())
    child.process.once('close', () => reject(new Error(`it ended: ${child.output()}`)))
  })
  return child
}

const WAITING = "setInterval(() => {}, 1000); process.stdout.write('begun ' + process.env.DATABASE_URL);"

describe.skipIf(process.platform === 'win32')('a command with a database of its own', () => {
  it('is told to end by the SIGTERM that its caller sent, and its exit code is the answer', async () => {
    const child = await begun(`process.on('SIGTERM', () => process.exit(7)); ${WAITING}`)
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(7)
    expect(child.output()).toMatch(/^begun postgresql:\/\/app:/)
  })

  it('that a signal ends is answered as by a shell', async () => {
    const child = await begun(WAITING)
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe(128 + 15)
  })
})
