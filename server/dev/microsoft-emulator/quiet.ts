import type { Cloud } from './cloud.ts'
import type { Answer } from './wire.ts'

/** Remembers who was told to wait, so that the journal can tell who did not. */
export class Quiet {
  private readonly until = new Map<string, number>()
  private readonly cloud: Cloud

  constructor(cloud: Cloud) {
    this.cloud = cloud
  }

  isEarly(whom: string): boolean {
    return this.cloud.now().getTime() < (this.until.get(whom) ?? 0)
  }

  /** Seconds (decimals are documented) or an HTTP date; what is neither asks for nothing. */
  heard(whom: string, answer: Answer): void {
    const header = answer.headers?.['retry-after']
    if (header === undefined || ![429, 503, 504].includes(answer.status)) return
    const now = this.cloud.now().getTime()
    const until = /^\d+(\.\d+)?$/.test(header) ? now + Number(header) * 1000 : Date.parse(header)
    if (until > (this.until.get(whom) ?? 0)) this.until.set(whom, until)
  }
}
