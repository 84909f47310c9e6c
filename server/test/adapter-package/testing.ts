/**
 * What an application that takes the adapters along tests itself with: providers on this machine, and the suites of promises
 * that a calendar provider and a token store of its own must keep. The suites run in Vitest.
 */

export { describeCalendarProvider } from '../contract/calendar-provider.ts'
export { type CalendarUnderTest, CannotInject, type ContractPromise } from '../contract/calendar-under-test.ts'
export { describeTokenVault } from '../contract/token-vault.ts'
export { AGAIN, type Ciphertexts, FIRST, type VaultUnderTest } from '../contract/vault-under-test.ts'
export type {
  CalendarEmulator,
  EmulatedEvent,
  EmulatorSettings,
  GoogleCalendarEmulator,
  MicrosoftCalendarEmulator,
} from './emulator.ts'
export { emulateGoogle } from './google-emulator.ts'
export { emulateMicrosoft } from './microsoft-emulator.ts'
