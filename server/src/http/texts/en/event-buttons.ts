export const eventButtons = {
  tryAgain: 'Try again',
  didItMyself: 'I did it myself',
  removeIt: 'Remove it',
  leaveIt: 'Leave it',
}
