import type { eventsChoice as english } from '../en/events-choice.ts'

const theirs = (sessions: number) =>
  sessions === 1
    ? { they: 'Der Termin', them: 'ihn', stays: 'bleibt', is: 'wird' }
    : { they: 'Die Termine', them: 'sie', stays: 'bleiben', is: 'werden' }

export const eventsChoice: typeof english = {
  legend: (n, calendar) =>
    n === 1
      ? ['Ihr kommender Termin steht in ', calendar, '. Was soll dort aus ihm werden?']
      : [`Ihre ${n} kommenden Termine stehen in `, calendar, '. Was soll dort aus ihnen werden?'],
  goingAlong: {
    leave: (n, from, to) => {
      const { they, them, stays, is } = theirs(n)
      return {
        title: 'In beiden behalten',
        text: `${they} ${stays} in ${from} stehen, wo wir ${them} nicht mehr ändern können, und ${is} auch in ${to} eingetragen.`,
      }
    },
    remove: (n, from, to) => ({
      title: 'Verschieben',
      text: `${theirs(n).they} ${theirs(n).is} in ${to} eingetragen und aus ${from} entfernt.`,
    }),
  },
  staying: {
    leave: (n, from) => ({
      title: 'Dort stehen lassen',
      text: `${theirs(n).they} ${theirs(n).stays} in ${from} stehen; wir können ${theirs(n).them} dort nicht mehr ändern.`,
    }),
    remove: (n, from) => ({
      title: 'Dort entfernen',
      text: `${theirs(n).they} ${theirs(n).is} aus ${from} entfernt und ${theirs(n).stays} hier gebucht.`,
    }),
  },
}
