import { performance } from 'node:perf_hooks'
import { DEMO } from './demo-seed.ts'
import { walkDemo } from './demo-walk.ts'
import { startDemo, untilStopped } from './demo-world.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function check(): Promise<void> {
  const demo = await startDemo()
  say(`ready after ${(performance.now() / 1000).toFixed(1)} s`)
  try {
    await walkDemo(demo, (line) => say(`ok  ${line}`))
    say('The whole path works.')
  } catch (error) {
    say(`FAILED: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    await demo.close()
  }
}

async function show(): Promise<void> {
  const demo = await startDemo()
  say(`
Ready after ${(performance.now() / 1000).toFixed(1)} s. Everything runs on this machine; Microsoft and Google are emulated.

  The therapist     ${demo.appUrl}/settings/calendar
                    sign in as ${DEMO.email} with the password: ${DEMO.password}
  Her clients       ${demo.appUrl}/book/${DEMO.slug}
  Her Outlook       ${demo.outlookUrl}
  A Google account  ${demo.googleUrl}

Connect Outlook, see the busy hours vanish from the booking page, book one, find it in Outlook, cancel it.
Ctrl-C ends it. Nothing is kept.
`)
  await untilStopped()
  await demo.close()
}

if (process.argv.includes('--check')) await check()
else await show()
// Nothing may keep the process after its work is done.
process.exit()
