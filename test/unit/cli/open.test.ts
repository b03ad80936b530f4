/** `shoal open`: a window, its address, or why there is none. */
import { describe, expect, test } from 'vitest'
import { shoal } from './support.ts'

const ADDRESS = `http://127.0.0.1:4711/#t=${'0'.repeat(64)}`
const address = { type: 'address', address: ADDRESS } as const

describe('shoal open', () => {
  test('[CL13] opens a window, and the address is on no stream', async () => {
    const { code, out, err, windows } = await shoal(['open'], { address })
    expect({ code, windows }).toEqual({ code: 0, windows: [ADDRESS] })
    expect(out).toBe('A window was opened.\n')
    expect(err).not.toContain(ADDRESS)
  })

  test('[CL13] --print says the address and nothing else; --json as JSON; neither opens anything', async () => {
    expect(await shoal(['open', '--print'], { address })).toMatchObject({ code: 0, out: `${ADDRESS}\n`, windows: [] })
    const json = await shoal(['--json', 'open'], { address })
    expect(JSON.parse(json.out)).toEqual({ address: ADDRESS })
    expect(json.windows).toEqual([])
  })

  test.each([
    ['no daemon', { type: 'no-daemon' }, 'shoal daemon --open'],
    ['a daemon without a window', { type: 'no-window' }, 'desktop app'],
  ] as const)('[CL13] with %s it is exit 3 and says what to do', async (_name, answer, help) => {
    const { code, out, err } = await shoal(['open'], { address: answer })
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toContain(help)
  })
})
