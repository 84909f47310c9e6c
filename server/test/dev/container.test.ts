import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commandOf, readDockerfile, type Stage } from '../support/dockerfile.ts'
import { sourcesBelow } from '../support/sources.ts'

const read = (file: string): string => readFileSync(file, 'utf8')
const stages = readDockerfile(read('server/deploy/Dockerfile'))
const image = stages.at(-1)

const stage = (wanted: string): Stage | undefined => stages.find(({ name }) => name === wanted)
const texts = (stage: Stage | undefined, instruction: string): string[] =>
  (stage?.steps ?? []).filter((step) => step.instruction === instruction).map(({ text }) => text)

describe('the Dockerfile', () => {
  it('runs as a user who is not root, without npm in between, and is asked for the process alone', () => {
    expect(texts(image, 'USER')).toEqual(['node'])
    expect(texts(image, 'CMD').map(commandOf)).toEqual([['node', 'dist/main.js']])
    expect(texts(image, 'HEALTHCHECK').map((text) => commandOf(text).join(' '))).toEqual([
      expect.stringMatching(/^node -e fetch\('http:\/\/127\.0\.0\.1:'.*'\/healthz'\)/),
    ])
  })

  it('takes along only what an earlier stage has left over, and no source', () => {
    const copied = texts(image, 'COPY')
    expect(copied.length).toBe(3)
    expect(copied.filter((text) => !text.startsWith('--from=lean '))).toEqual([])
    expect(copied.filter((text) => /\bserver\b/.test(text))).toEqual([])
    expect(texts(stage('pruned'), 'RUN')).toEqual(['npm prune --omit=dev'])
    expect(texts(stage('lean'), 'RUN')).toEqual(['npm uninstall --no-save --omit=dev prisma tsx typescript'])
  })

  it('leaves out no package that the build imports', () => {
    const left = /omit=dev (.*)$/.exec(texts(stage('lean'), 'RUN')[0] ?? '')?.[1]?.split(' ') ?? []
    const imported = sourcesBelow('src').filter(({ name }) => !name.includes('.test.'))
    const needed = imported.filter(({ imports }) => imports.some((one) => left.includes(one)))
    expect(needed.map(({ name }) => name)).toEqual([])
    expect(imported.length).toBeGreaterThan(300)
  })

  it('migrates by a stage of its own, which has Prisma’s command line and is not root', () => {
    expect(texts(stage('migrate'), 'USER')).toEqual(['node'])
    const [program = ''] = texts(stage('migrate'), 'CMD').map((text) => commandOf(text)[1])
    expect(existsSync(program)).toBe(true)
    expect(texts(stage('migrate'), 'COPY').filter((text) => !text.startsWith('--from=pruned '))).toEqual([])
    expect(texts(stage('migrate'), 'COPY').join()).toContain('prisma.config.ts')
  })

  it('copies what is there, and lets the builder see it', () => {
    const sources = texts(stage('build'), 'COPY').flatMap((text) => text.split(' ').slice(0, -1))
    expect(sources.length).toBeGreaterThan(4)
    const ignored = read('server/deploy/Dockerfile.dockerignore').split('\n')
    expect(sources.filter((name) => !existsSync(name) || !ignored.includes(`!${name}`))).toEqual([])
    expect(ignored).toEqual(expect.arrayContaining(['*', '**/.env', '**/node_modules']))
  })

  it('has the release of Node that developers have', () => {
    expect(stages[0]?.from).toBe(`node:${read('.nvmrc').trim()}-bookworm-slim`)
  })
})

describe('compose.yaml', () => {
  const compose = read('server/deploy/compose.yaml')
  const [, common = ''] = /\nx-app: &app\n(.*?)\n\n/s.exec(compose) ?? []
  const service = (name: string): string =>
    new RegExp(`\\n  ${name}:\\n(.*?)(?=\\n  \\S|\\n\\S|$)`, 's').exec(compose)?.[1] ?? ''

  it('gives the app a root that is read-only, no capability and the time it takes to stop', () => {
    expect(common).toContain('\n  read_only: true\n')
    expect(common).toContain('\n  cap_drop: [ALL]\n')
    expect(service('app')).toContain('    <<: *app\n')
    expect(service('app')).toContain('    stop_grace_period: 30s\n')
  })

  it('has PostgreSQL 17, which nobody outside reaches, and migrates before it starts', () => {
    expect(service('database')).toContain('    image: postgres:17\n')
    expect(service('database')).not.toContain('ports:')
    expect(service('migrate')).toContain('      target: migrate\n')
    expect(service('app')).toContain('migrate: { condition: service_completed_successfully }')
    expect(service('app')).toContain('    ports: ["127.0.0.1:3000:3000"]\n')
  })

  it('starts the emulators only when they are asked for', () => {
    expect(service('demo')).toContain('    profiles: [emulators]\n')
    const [, program = ''] = /command: \[\S+, (\S+)\]/.exec(service('demo')) ?? []
    expect(existsSync(program)).toBe(true)
  })
})
