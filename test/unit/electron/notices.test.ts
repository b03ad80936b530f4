/** System notifications: what is news, what is not, in whose words, and how many. */
import { describe, expect, it } from 'vitest'
import { speaker } from '../../../main/electron/messages/messages.ts'
import { MAX_NOTICES, NoticeBoard } from '../../../main/electron/system/notices.ts'
import { MAX_PER_MINUTE, Notifier } from '../../../main/electron/system/notifier.ts'
import type { ShareSummary, TroubleCode } from '../../../shared/contract/model.ts'
import { settingsView, share, swarmPeer } from '../../support/samples.ts'
import { FakeClock } from './support/fake-clock.ts'
import { fakeElectron } from './support/fake-electron.ts'
import { type ReplicaParts, replica } from './support/replica.ts'

function news(before: ReplicaParts, after: ReplicaParts, looking = false) {
  const board = new NoticeBoard()
  board.update(replica(before), looking)
  return board.update(replica(after), looking)
}
const one = (over: Partial<ShareSummary>): ReplicaParts => ({
  shares: [share('r', { name: 'Cats', origin: 'fetched', ...over })],
})
const trouble = (code: TroubleCode): Partial<ShareSummary> => ({ trouble: { code, message: 'm', sinceAt: 1 } })
const { ui } = settingsView().settings
const on = { ui: { ...ui, notifyDone: true, notifyTrouble: true } }

describe('news', () => {
  it.each<[string, ReplicaParts, ReplicaParts, string[]]>([
    ['a download completes', one({ state: 'downloading' }), one({ state: 'seeding' }), ['done']],
    ['after its finish', one({ state: 'finishing' }), one({ state: 'seeding' }), ['done']],
    [
      'a share of mine is ready',
      one({ state: 'resolving', origin: 'in-place' }),
      one({ state: 'seeding', origin: 'in-place' }),
      [],
    ],
    ['a paused one goes on seeding', one({ state: 'paused' }), one({ state: 'seeding' }), []],
    ['a share was there at the start', {}, one({ state: 'seeding' }), []],
    ['a share fails', one({ state: 'downloading' }), one({ state: 'failed' }), ['trouble']],
    ['the disk is full', one({}), one(trouble('disk-full')), ['trouble']],
    ['the disk is still full', one(trouble('disk-full')), one(trouble('disk-full')), []],
    ['nobody has it: that may pass', one({}), one(trouble('no-sources')), []],
  ])('[EL24] %s', (_what, before, after, kinds) => {
    expect(news({ ...before, settings: on }, { ...after, settings: on }).map(({ kind }) => kind)).toEqual(kinds)
  })

  it('[EL24] nothing is news while the person looks, or wants none of its kind', () => {
    const [before, after] = [one({ state: 'downloading' }), one({ state: 'seeding' })]
    expect(news(before, after, true)).toEqual([])
    expect(news({ ...before }, { ...after, settings: { ui: { ...ui, notifyDone: false } } })).toEqual([])
    expect(news(one({}), { ...one(trouble('disk-full')), settings: { ui: { ...ui, notifyTrouble: false } } })).toEqual(
      [],
    )
  })

  it('[EL24] nothing is news after the engine was away: what happened meanwhile is in the window', () => {
    const board = new NoticeBoard()
    board.update(replica(one({ state: 'downloading' })), false)
    board.update(undefined, false)
    expect(board.update(replica({ ...one({ state: 'seeding' }), settings: on }), false)).toEqual([])
  })

  it('[EL24] the first who fetches a share of mine is told, once, by the name I gave it', () => {
    const board = new NoticeBoard()
    const mine = { shares: [share('r', { name: 'Cats', origin: 'in-place', state: 'seeding' })], settings: on }
    const row = { ...swarmPeer('r', 'p1'), name: 'Calm Otter', sentBytes: 0, liveness: 'alive' as const }
    const peers = [{ peer: 'p1', connected: true, shoal: true, nickname: 'Ana' }]
    expect(board.update(replica({ ...mine, swarm: [row] }), false)).toEqual([])
    expect(board.update(replica({ ...mine, swarm: [row] }), false)).toEqual([])
    const fetching = replica({ ...mine, peers, swarm: [{ ...row, sentBytes: 1 }] })
    expect(board.update(fetching, false)).toEqual([{ kind: 'asked', root: 'r', name: 'Cats', peerName: 'Ana' }])
    expect(board.update(fetching, false)).toEqual([])
  })

  it('[EL24] names of others are made visible and cut; a flood is not a flood of notices', () => {
    const many = (state: ShareSummary['state']) => ({
      shares: Array.from({ length: 20 }, (_, i) =>
        share(`r${i}`, { origin: 'fetched', state, name: `\u202Egpj.exe${'x'.repeat(200)}` }),
      ),
      settings: on,
    })
    const notices = news(many('downloading'), many('seeding'))
    expect(notices).toHaveLength(MAX_NOTICES)
    expect(notices[0]?.name).not.toContain('\u202E')
    expect(notices[0]?.name.length).toBeLessThan(80)
  })
})

describe('showing them', () => {
  it('[EL24] each once, a few a minute, and a click opens the window', () => {
    const { electron, notifications } = fakeElectron()
    const clock = new FakeClock()
    let clicks = 0
    const notifier = new Notifier(electron.Notification, clock, () => {
      clicks += 1
    })
    notifier.tell({ kind: 'done', root: 'r', name: 'Cats' }, speaker('es'))
    notifier.tell({ kind: 'done', root: 'r', name: 'Cats' }, speaker('es'))
    expect(notifications.shown.map(({ options }) => options)).toEqual([
      { title: 'Descarga completa', body: 'Cats está aquí, entero y verificado.' },
    ])
    notifications.shown[0]?.emit('click')
    expect(clicks).toBe(1)
    for (let i = 0; i < 50; i += 1) notifier.show('t', String(i))
    expect(notifications.shown).toHaveLength(MAX_PER_MINUTE)
    clock.advance(60_001)
    notifier.tell({ kind: 'asked', root: 'r', name: 'Cats' }, speaker('en'))
    expect(notifications.shown.at(-1)?.options.body).toBe('A peer began to fetch Cats.')
    notifications.supported = false
    notifier.show('t', 'not')
    expect(notifications.shown).toHaveLength(MAX_PER_MINUTE + 1)
  })
})
