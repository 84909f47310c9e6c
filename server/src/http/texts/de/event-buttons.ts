import type { eventButtons as english } from '../en/event-buttons.ts'

export const eventButtons: typeof english = {
  tryAgain: 'Noch einmal versuchen',
  didItMyself: 'Habe ich selbst erledigt',
  removeIt: 'Entfernen',
  leaveIt: 'So lassen',
}
