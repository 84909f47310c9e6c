import { type EmulatedOptions, type EmulatedWorld, startEmulatedWorld } from './emulated-world.ts'
import { type MockOptions, type MockWorld, startMockWorld } from './mock-world.ts'

export type WorldOptions =
  | ({ readonly calendars: 'mock' } & MockOptions)
  | ({ readonly calendars: 'emulated' } & EmulatedOptions)

/**
 * A database with the application on it. `mock`: the calendar is an adapter in memory, the clock stands still, and jobs run
 * when a test says so. `emulated`: the real adapters, both providers' emulators on sockets, a worker, and a clock that runs.
 */
export function startWorld(options: { readonly calendars: 'mock' } & MockOptions): Promise<MockWorld>
export function startWorld(options: { readonly calendars: 'emulated' } & EmulatedOptions): Promise<EmulatedWorld>
export function startWorld(options: WorldOptions): Promise<MockWorld | EmulatedWorld> {
  return options.calendars === 'mock' ? startMockWorld(options) : startEmulatedWorld(options)
}
