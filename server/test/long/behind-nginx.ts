import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../dev/free-port.ts'

const PATIENCE_MS = 120_000
/** A process ends by itself after 25 seconds; the rest is for a machine that is busy. */
const LONGEST_STOP_MS = 25_000
const PROCESSES = 3

export type Environment = Readonly<Record<string, string>>

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
}

/** Of a script that fails, nothing goes on running. */
const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** With nothing of our own environment but PATH; what it writes goes to `log`. */
export function run(command: string, args: readonly string[], env: Environment, log: string): Running {
  const file = fs.openSync(log, 'a')
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', file, 'inherit'],
  })
  fs.closeSync(file)
  children.add(child)
  const ended = once(child, 'exit').then(([code]) => {
    children.delete(child)
    return code as number | null
  })
  return { child, ended }
}

export async function untilReady(port: number, { child }: Running): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`a process ended with ${child.exitCode} before it was ready`)
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.status === 200) return
    if (Date.now() > until) throw new Error('a process was not ready in time')
    await pause(100)
  }
}

/** Asks it to end; how long it took. Rejects where it ends badly or too late. */
export async function stop({ child, ended }: Running, pid = child.pid): Promise<number> {
  const begun = Date.now()
  process.kill(pid ?? 0, 'SIGTERM')
  const code = await ended
  const ms = Date.now() - begun
  if (code !== 0 || ms > LONGEST_STOP_MS) throw new Error(`a process ended with ${code} after ${ms} ms`)
  return ms
}

/** As the guide's chapter "Stopping" advises: a connection that lay idle is let go of before a process closes it. */
const configuration = (folder: string, port: number, upstream: readonly number[]): string => `
daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_processes 1;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream app {
    ${upstream.map((one) => `server 127.0.0.1:${one};`).join(' ')}
    keepalive 16; keepalive_timeout 4s;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}`

export interface BehindNginx {
  /** Where the log of all processes, in `app.log`, and nginx's own are. */
  readonly folder: string
  readonly log: string
  /** How long each process took to end, in milliseconds. */
  readonly stops: readonly number[]
  /** One after the other, each once the one before answers 200 at `/readyz`; from then on with these variables. */
  restart(env: Environment): Promise<void>
  /** Every process has to end as it should. */
  close(): Promise<void>
}

/** Three processes of the production build behind nginx at port `front`. Expects `npm run build` to have run. */
export async function startBehindNginx(front: number, env: Environment): Promise<BehindNginx> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-behind-nginx-'))
  const log = path.join(folder, 'app.log')
  const start = (port: number, env: Environment): Running =>
    run(process.execPath, ['dist/main.js'], { ...env, PORT: String(port) }, log)
  const all: { readonly port: number; running: Running }[] = []
  for (let index = 0; index < PROCESSES; index += 1) {
    const port = await freePort()
    all.push({ port, running: start(port, env) })
  }
  await Promise.all(all.map(({ port, running }) => untilReady(port, running)))
  fs.writeFileSync(
    path.join(folder, 'nginx.conf'),
    configuration(
      folder,
      front,
      all.map(({ port }) => port),
    ),
  )
  const nginx = run('nginx', ['-c', path.join(folder, 'nginx.conf')], {}, log)
  await untilReady(front, nginx)
  const stops: number[] = []
  return {
    folder,
    log,
    stops,
    async restart(env) {
      for (const one of all) {
        stops.push(await stop(one.running))
        one.running = start(one.port, env)
        await untilReady(one.port, one.running)
      }
    },
    async close() {
      nginx.child.kill('SIGTERM')
      await Promise.all([nginx.ended, ...all.map(({ running }) => stop(running))])
    },
  }
}
