export const bookingLayout = {
  choices: 'Your choices so far',
  /** Of a session held online: "Therapy, 50 minutes, online". */
  online: (words: string) => `${words}, online`,
  sessionWith: (session: string, name: string, online: boolean) => `${session}, ${online ? 'online ' : ''}with ${name}`,
}
