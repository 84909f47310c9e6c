import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** One line of the table. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The same measured without us, in the same run. */
  readonly limit?: number
  readonly target?: { readonly text: string; readonly met: boolean }
  readonly note?: string
}

export const atMost = (value: number, most: number, text: string): NonNullable<Figure['target']> => ({
  text,
  met: value <= most,
})

export const atLeast = (value: number, least: number, text: string): NonNullable<Figure['target']> => ({
  text,
  met: value >= least,
})

export const exactly = (value: number, wanted: number): NonNullable<Figure['target']> => ({
  text: `= ${wanted}`,
  met: value === wanted,
})

const rounded = (value: number): string => {
  if (Number.isInteger(value)) return String(value)
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, limit, target, note }) => [
    name,
    `${rounded(value)} ${unit}`.trim(),
    limit === undefined ? '' : `${rounded(limit)} ${unit}`.trim(),
    target === undefined ? '' : `${target.text} ${target.met ? 'met' : 'MISSED'}`,
    note ?? '',
  ])
  const all = [['figure', 'ours', 'bare', 'target', 'note'], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  const [head = [], ...body] = all
  return [line(head), rule, ...body.map(line)].join('\n')
}

export const machine = () => ({
  cores: os.cpus().length,
  cpu: os.cpus()[0]?.model ?? 'unknown',
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
})

export function writeJson(file: string, figures: readonly Figure[]): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ at: new Date(), machine: machine(), figures }, undefined, 2)}\n`)
}
