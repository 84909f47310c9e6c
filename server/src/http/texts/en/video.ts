import type { ComponentChildren } from 'preact'

/** How to join a session that is held online. */
export const video = {
  label: 'Video',
  join: 'Join the call',
  notYet: 'The link is not there yet. Look again later.',
  none: (without: ComponentChildren): ComponentChildren => ['There is no link. ', without],
}
