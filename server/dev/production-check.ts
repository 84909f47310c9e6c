import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/**
 * Starts the production build as a host would (`npm start`), waits until /readyz answers, and stops it with SIGTERM.
 * Expects `npm run build` to have run, and DATABASE_URL at a migrated database.
 */
const PATIENCE_MS = 30_000
const port = await freePort()
const app = spawn('npm', ['start'], {
  stdio: 'inherit',
  detached: true,
  env: {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    APP_URL: 'https://booking.example',
    SESSION_SECRET: randomBytes(48).toString('base64'),
    TOKEN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    MICROSOFT_CLIENT_ID: randomBytes(16).toString('hex'),
    MICROSOFT_CLIENT_SECRET: randomBytes(24).toString('base64url'),
  },
})

async function ready(): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline && app.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return true
    await pause(200)
  }
  return false
}

const isReady = await ready()
process.stdout.write(isReady ? 'production build: /readyz answers 200\n' : 'production build: /readyz did not answer\n')
const exited = once(app, 'exit')
if (app.pid !== undefined && app.exitCode === null) process.kill(-app.pid, 'SIGTERM')
await exited
process.exitCode = isReady ? 0 : 1
