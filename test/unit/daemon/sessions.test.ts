/** One-time tokens and sessions in virtual time. */
import { describe, expect, test } from 'vitest'
import { MAX_ONE_TIME_TOKENS, MAX_SESSIONS, ONE_TIME_TOKEN_MS, Sessions } from '../../../main/daemon/sessions.ts'

function clocked() {
  const clock = { nowMs: 0 }
  return { clock, sessions: new Sessions(() => clock.nowMs) }
}

describe('one-time tokens', () => {
  test('[DA21] a token opens one session, once', () => {
    const { sessions } = clocked()
    const token = sessions.mint()
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    const opened = sessions.redeem(token)
    expect(opened?.secret).toMatch(/^[0-9a-f]{64}$/)
    expect(opened?.pageKey).not.toBe(opened?.secret)
    expect(sessions.redeem(token)).toBeUndefined()
  })

  test('[DA21] a token is good for two minutes and not a moment longer', () => {
    const { clock, sessions } = clocked()
    const early = sessions.mint()
    const late = sessions.mint()
    clock.nowMs = ONE_TIME_TOKEN_MS - 1
    expect(sessions.redeem(early)).toBeDefined()
    clock.nowMs = ONE_TIME_TOKEN_MS
    expect(sessions.redeem(late)).toBeUndefined()
  })

  test('[DA21] a guess opens nothing', () => {
    const { sessions } = clocked()
    const token = sessions.mint()
    for (const guess of ['', '0', token.slice(1), `${token}0`, token.toUpperCase(), 'x'.repeat(100_000)])
      expect(sessions.redeem(guess)).toBeUndefined()
    expect(sessions.redeem(token)).toBeDefined()
  })

  test('[DA21] of addresses that nobody opens, the oldest are given up', () => {
    const { sessions } = clocked()
    const tokens = Array.from({ length: MAX_ONE_TIME_TOKENS + 1 }, () => sessions.mint())
    expect(sessions.redeem(tokens[0] ?? '')).toBeUndefined()
    expect(sessions.redeem(tokens[1] ?? '')).toBeDefined()
  })
})

describe('sessions', () => {
  const open = (sessions: Sessions) => {
    const opened = sessions.redeem(sessions.mint())
    if (opened === undefined) throw new Error('a fresh token is good')
    return { cookies: [opened.secret], pageKey: opened.pageKey }
  }

  test('[DA22] the one not used for longest makes room', () => {
    const { sessions } = clocked()
    const all = Array.from({ length: MAX_SESSIONS }, () => open(sessions))
    const [first, second] = all
    if (first === undefined || second === undefined) throw new Error('two')
    expect(sessions.stateOf(first)).toBe('open')
    open(sessions)
    expect(sessions.stateOf(second)).toBe('expired')
    expect(sessions.stateOf(first)).toBe('open')
  })

  test('[DA22] of another daemon it is expired; half of it is none', () => {
    const { sessions } = clocked()
    const mine = open(sessions)
    expect(clocked().sessions.stateOf(mine)).toBe('expired')
    expect(sessions.stateOf({ ...mine, pageKey: undefined })).toBe('none')
    expect(sessions.stateOf({ ...mine, cookies: [] })).toBe('none')
    expect(sessions.stateOf({ ...mine, cookies: [...mine.cookies, ...mine.cookies] })).toBe('none')
  })
})
