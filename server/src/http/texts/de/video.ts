import type { video as english } from '../en/video.ts'

export const video: typeof english = {
  label: 'Video',
  join: 'Am Gespräch teilnehmen',
  notYet: 'Der Link ist noch nicht da. Schauen Sie später noch einmal.',
  none: (without) => ['Es gibt keinen Link. ', without],
}
