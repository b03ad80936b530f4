/** The QR code of a link: the same modules as the encoder's, and a form of the link that can be scanned. */
import { encode } from 'uqr'
import { describe, expect, test } from 'vitest'
import { MAX_QR_BYTES, qrDrawing, qrLink } from '../../../renderer/design/qr-path.ts'

/** Fills the rectangles of a path like M1 2h3v1h-3z. */
function modulesOf({ size, path }: { size: number; path: string }): boolean[][] {
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false))
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(width); i++) modules[Number(y)]?.splice(Number(x) + i, 1, true)
  }
  return modules
}

test('the path draws exactly the modules of the code', () => {
  const text = 'shoal:bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi?dn=photos&xl=3'
  const { data } = encode(text, { ecc: 'L', boostEcc: true, border: 0 })
  const drawing = qrDrawing(text)
  expect(modulesOf(drawing)).toEqual(data)
  expect(drawing.path).not.toContain('h-0')
})

describe('[UI9] a long link gives up addresses first, then its name', () => {
  const root = 'shoal:bafyroot'
  const address = (n: number) => `pe=/ip4/10.0.0.${n}/tcp/4001`
  const link = `${root}?dn=photos&xl=3&${address(1)}&${address(2)}&${address(3)}#secret`

  test('one that fits is kept as it is', () => {
    expect(qrLink(link)).toEqual({ text: link, addresses: 'all' })
  })
  test('the last addresses go first', () => {
    expect(qrLink(link, link.length - 1)).toEqual({
      text: `${root}?dn=photos&xl=3&${address(1)}&${address(2)}#secret`,
      addresses: 'some',
    })
  })
  test('then all of them', () => {
    expect(qrLink(link, 40)).toEqual({ text: `${root}?dn=photos&xl=3#secret`, addresses: 'none' })
  })
  test('the root and the secret are never given up', () => {
    expect(qrLink(link, 5)).toEqual({ text: `${root}#secret`, addresses: 'none' })
  })
  test('bytes are counted, not characters', () => {
    const name = 'é'.repeat(MAX_QR_BYTES / 2)
    expect(qrLink(`${root}?dn=${name}`).text).toBe(root)
  })
})
