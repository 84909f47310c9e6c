import { generateKeyPairSync, sign } from 'node:crypto'

const MINUTE_MS = 60_000

/**
 * A key and a certificate that nobody vouches for, good for ten minutes around now. RFC 5280 section 4.1, version 1. Node has
 * no call that makes a certificate; one that is stored would run out, be refused for that reason, and bring a private key
 * into the repository.
 */
export function selfSigned(commonName: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'))
  const name = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(commonName)))))
  const validity = der(0x30, utcTime(-5 * MINUTE_MS), utcTime(5 * MINUTE_MS))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const certificate = der(0x30, der(0x02, Buffer.from([1])), ecdsaWithSha256, name, validity, name, spki)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', certificate, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(der(0x30, certificate, ecdsaWithSha256, signature)),
  }
}

/** Tag, length, content: X.690 section 8.1. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const utcTime = (offset: number): Buffer => {
  const digits = new Date(Date.now() + offset).toISOString().replace(/\D/g, '')
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`))
}

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
