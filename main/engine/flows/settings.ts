/**
 * The settings of a profile while its engine runs: read from the store, changed by clients, told to everybody, and the
 * limits switched by the schedule. It decides nothing itself (settings-values.ts, schedule.ts) and applies nothing: whoever
 * starts it is told what counts now.
 * SPEC: [SE1]-[SE7].
 */
import type { LimitInput } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Settings, SettingsPatch, SettingsView } from '../../../shared/contract/settings.ts'
import type { Store } from '../store/store.ts'
import { addressOf, peerIn } from './addresses.ts'
import { properFolder } from './chosen-folder.ts'
import { type Calendar, type ScheduleNow, scheduleAt } from './schedule.ts'
import { usableFolder } from './settings-folder.ts'
import {
  applyPatch,
  fixedNames,
  keepFixed,
  type NetworkSettings,
  type Overrides,
  overridden,
  readSettings,
  refuseFixed,
  waitingNames,
  wholeBytes,
} from './settings-values.ts'

const SETTINGS = 'settings'
/** Where the limits were kept before there were settings. */
const OLD_LIMITS = 'limits'
/** The wall clock may be set and a machine may sleep, so the schedule is looked at this often at least. */
const LOOK_EVERY_MS = 60_000

export interface Limits {
  readonly down: number | undefined
  readonly up: number | undefined
}

export interface SettingsParts {
  readonly profileDir: string
  readonly store: Pick<Store['settings'], 'get' | 'set'>
  readonly defaults: Settings
  readonly overrides: Overrides
  readonly calendar: Calendar
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly after: (ms: number, callback: () => void) => () => void
}

export class SettingsKeeper {
  private readonly parts: SettingsParts
  private readonly builtWith: NetworkSettings
  private stored: Settings
  private scheduled: ScheduleNow
  private onChange: () => void = () => {}
  private cancel = () => {}

  constructor(parts: SettingsParts) {
    this.parts = parts
    const { store, defaults } = parts
    const saved = store.get(SETTINGS)
    this.stored = readSettings(saved ?? { limits: store.get(OLD_LIMITS) ?? {} }, defaults)
    this.builtWith = this.current.network
    this.scheduled = this.scheduleNow()
  }

  /** What counts, command line included. */
  get current(): Settings {
    return overridden(this.stored, this.parts.overrides)
  }

  /** Of all shares together, in bytes per second; undefined: no limit. */
  get limits(): Limits {
    const { limits, schedule } = this.stored
    const { down, up } = this.scheduled.active ? schedule : limits
    return { down: wholeBytes(down), up: wholeBytes(up) }
  }

  view(): SettingsView {
    const { active, changesAt } = this.scheduled
    const settings = this.current
    return {
      settings,
      waiting: waitingNames(settings.network, this.builtWith),
      fixed: fixedNames(this.parts.overrides),
      scheduleActive: active,
      ...(changesAt === undefined ? {} : { scheduleChangesAt: changesAt }),
    }
  }

  /** `onChange` is called whenever `view()` or `limits` may have become another. */
  start(onChange: () => void): void {
    this.onChange = onChange
    this.lookAtClock()
  }

  stop(): void {
    this.cancel()
    this.onChange = () => {}
  }

  async change(patch: SettingsPatch): Promise<SettingsView> {
    const { overrides, profileDir } = this.parts
    // Before the rest: what can never be the folder is not to be tried again where the setting is free.
    if (patch.downloadFolder !== undefined) properFolder(patch.downloadFolder, profileDir)
    refuseFixed(patch, this.current, overrides)
    const checked = await checkedPatch(patch)
    this.keep(keepFixed(applyPatch(this.stored, checked), this.stored, overrides))
    return this.view()
  }

  /** The `limit` command without a share: the same value as the setting. */
  async limit({ down, up }: LimitInput): Promise<void> {
    await this.change({ limits: { ...(down === undefined ? {} : { down }), ...(up === undefined ? {} : { up }) } })
  }

  private keep(settings: Settings): void {
    this.parts.store.set(SETTINGS, settings)
    this.stored = settings
    this.lookAtClock()
  }

  private lookAtClock(): void {
    this.cancel()
    this.scheduled = this.scheduleNow()
    this.onChange()
    this.cancel = this.sleepUntilChange()
  }

  private sleepUntilChange(): () => void {
    const { now, after } = this.parts
    if (!this.stored.schedule.enabled) return () => {}
    const untilMs = (this.scheduled.changesAt ?? Number.POSITIVE_INFINITY) - now()
    return after(Math.min(Math.max(untilMs, 0), LOOK_EVERY_MS), () => {
      const before = JSON.stringify(this.scheduled)
      if (JSON.stringify(this.scheduleNow()) === before) this.cancel = this.sleepUntilChange()
      else this.lookAtClock()
    })
  }

  private scheduleNow(): ScheduleNow {
    return scheduleAt(this.stored.schedule, this.parts.now(), this.parts.calendar)
  }
}

/** What no schema can say. Throws a ShoalError that names the field. */
async function checkedPatch(patch: SettingsPatch): Promise<SettingsPatch> {
  const { name, downloadFolder, network, limits, schedule } = patch
  for (const address of network?.bootstrap ?? []) {
    if (peerIn(addressOf(address)) === undefined)
      throw new ShoalError('BAD_INPUT', `${address} must end in /p2p/ and a peer id.`, {
        field: 'network.bootstrap',
        address,
      })
  }
  return {
    ...patch,
    ...(typeof name === 'string' ? { name: properName(name) } : {}),
    ...(downloadFolder === undefined ? {} : { downloadFolder: await usableFolder(downloadFolder) }),
    ...(limits === undefined ? {} : { limits: wholeLimits(limits) }),
    ...(schedule === undefined ? {} : { schedule: { ...schedule, ...wholeLimits(schedule) } }),
  }
}

function properName(name: string): string {
  const proper = name.trim()
  // It is shown on the screens of others: nothing that breaks a line or turns the writing round, and something to be seen.
  // Emoji are joined by U+200D; fillers are letters that nobody sees, and so is the empty cell of Braille.
  const isSeen = /[^\p{DI}\p{C}\p{M}\p{Z}\u2800]/u.test(proper)
  if (isSeen && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u.test(proper)) return proper
  throw new ShoalError('BAD_INPUT', 'A name has visible characters only, and at least one.', { field: 'name' })
}

function wholeLimits(limits: { down?: number | null | undefined; up?: number | null | undefined }) {
  const { down, up } = limits
  return {
    ...(down === undefined ? {} : { down: wholeBytes(down) ?? null }),
    ...(up === undefined ? {} : { up: wholeBytes(up) ?? null }),
  }
}
