import type { failures as english } from '../en/failures.ts'

export const failures: typeof english = {
  reconnect: 'Verbinden Sie Ihren Kalender wieder.',
  admin_consent: 'Zuerst muss die IT-Administration Ihrer Organisation zustimmen.',
  forbidden: 'Dieses Konto darf nicht in seinen Kalender schreiben.',
  throttled: 'Wir wurden zu oft gebeten, langsamer zu machen.',
  unavailable: 'Es kam keine Antwort.',
  timeout: 'Es kam keine rechtzeitige Antwort.',
  not_found: 'Der Kalender ist nicht mehr da.',
  conflict: 'Dort steht etwas anderes unter demselben Namen.',
  garbled: 'Die Antwort ergab keinen Sinn.',
  misconfigured: 'Das liegt an uns, nicht an Ihnen.',
}
