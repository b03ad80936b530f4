/**
 * The settings as values: defaults, what the store holds read back, a patch applied, what the command line decides, and
 * what waits for the next start. Pure; keeping and applying them is settings.ts.
 * SPEC: [SE1]-[SE4].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'
import { Settings, type SettingsPatch } from '../../../shared/contract/settings.ts'
import { DEFAULT_UPLOAD_SLOTS } from '../swarm/choker.ts'

export type NetworkSettings = Settings['network']

/** What was said on the command line (or by whoever built the engine); it counts for this run and is never stored. */
export interface Overrides {
  readonly name?: string
  readonly downloadFolder?: string
  readonly uploadSlots?: number
  readonly network: Partial<NetworkSettings>
}

/** The fields of EngineOptions that are settings. */
export interface SettingOptions {
  readonly network?: NetworkSettings['mode']
  /** Where downloads go when nothing else is said. */
  readonly downloadDir?: string
  /** TCP port; 0 or absent: the one used last time, else any. */
  readonly listenPort?: number
  /** Multiaddrs with /p2p/ of peers to begin with; empty: nothing was said. */
  readonly bootstrap: readonly string[]
  /** What this node calls itself. */
  readonly name?: string
  readonly lanDht?: boolean
  readonly internetDht?: boolean
  readonly mdns?: boolean
  readonly quic?: boolean
  readonly portMapping?: boolean
  readonly uploadSlots?: number
}

export function defaultSettings(downloadFolder: string): Settings {
  return {
    downloadFolder,
    limits: { down: null, up: null },
    schedule: { enabled: false, fromMinute: 9 * 60, toMinute: 17 * 60, days: [1, 2, 3, 4, 5], down: null, up: null },
    uploadSlots: DEFAULT_UPLOAD_SLOTS,
    network: {
      mode: 'internet',
      lanDht: true,
      internetDht: true,
      mdns: true,
      portMapping: true,
      quic: true,
      listenPort: 0,
      bootstrap: [],
    },
    ui: {
      language: 'auto',
      theme: 'auto',
      contrast: 'auto',
      motion: 'auto',
      notifyDone: true,
      notifyTrouble: true,
      backgroundExplained: false,
    },
    desktop: { startAtLogin: false, keepInBackground: true, checkForUpdates: true },
  }
}

export function overridesOf(options: SettingOptions): Overrides {
  const { network: mode, downloadDir: downloadFolder, name, uploadSlots, bootstrap } = options
  const { listenPort, lanDht, internetDht, mdns, quic, portMapping } = options
  return {
    ...given({ name, downloadFolder, uploadSlots }),
    network: given({
      mode,
      lanDht,
      internetDht,
      mdns,
      quic,
      portMapping,
      listenPort,
      bootstrap: bootstrap.length === 0 ? undefined : [...bootstrap],
    }),
  }
}

/** Field by field: what is missing or does not fit (another version wrote it) is the default. */
export function readSettings(stored: unknown, defaults: Settings): Settings {
  if (!isGroup(stored)) return defaults
  let settings = defaults
  const take = (candidate: unknown): boolean => {
    const parsed = Settings.safeParse(candidate)
    if (parsed.success) settings = parsed.data
    return parsed.success
  }
  const merged: Record<string, unknown> = { ...defaults }
  for (const [key, value] of Object.entries(stored))
    merged[key] = isGroup(value) ? { ...groupOf(defaults, key), ...value } : value
  if (take(merged)) return settings
  for (const [key, value] of Object.entries(stored)) {
    if (!isGroup(value)) take({ ...settings, [key]: value })
    else
      for (const [field, inner] of Object.entries(value))
        take({ ...settings, [key]: { ...groupOf(settings, key), [field]: inner } })
  }
  return settings
}

export function applyPatch(settings: Settings, patch: SettingsPatch): Settings {
  const { name, limits, schedule, network, ui, desktop, ...plain } = patch
  const { name: before, ...others } = settings
  const named = name === undefined ? before : (name ?? undefined)
  return {
    ...others,
    ...plain,
    ...(named === undefined ? {} : { name: named }),
    // A key that is there without a value says nothing.
    limits: { ...settings.limits, ...given(limits ?? {}) },
    schedule: { ...settings.schedule, ...given(schedule ?? {}) },
    network: { ...settings.network, ...given(network ?? {}) },
    ui: { ...settings.ui, ...given(ui ?? {}) },
    desktop: { ...settings.desktop, ...given(desktop ?? {}) },
  }
}

/** What counts: the stored settings with the command line's words over them. */
export function overridden(settings: Settings, { network, ...plain }: Overrides): Settings {
  return { ...settings, ...plain, network: { ...settings.network, ...network } }
}

/** Dotted names of what the command line decides. */
export function fixedNames({ network, ...plain }: Overrides): string[] {
  return [...Object.keys(plain), ...Object.keys(network).map((field) => `network.${field}`)]
}

/** Dotted names of network settings that the running node was not built with. */
export function waitingNames(now: NetworkSettings, builtWith: NetworkSettings): string[] {
  const fields = Object.keys(now) as (keyof NetworkSettings)[] // of a value that has just these keys
  return fields
    .filter((field) => JSON.stringify(now[field]) !== JSON.stringify(builtWith[field]))
    .map((field) => `network.${field}`)
}

/** Another value for what the command line decides would change nothing that can be seen: refused rather than kept for later. */
export function refuseFixed(patch: SettingsPatch, current: Settings, overrides: Overrides): void {
  const wanted = applyPatch(current, patch)
  for (const field of fixedNames(overrides)) {
    if (JSON.stringify(valueAt(wanted, field)) === JSON.stringify(valueAt(current, field))) continue
    throw new ShoalError(
      'NOT_ALLOWED',
      `The command line decides ${field} while this node runs. Start it without that option to change it here.`,
      { field },
    )
  }
}

/** A client may send whole groups: what the command line says for this run must not become what is stored. */
export function keepFixed(next: Settings, stored: Settings, overrides: Overrides): Settings {
  const network = { ...next.network }
  const fields = Object.keys(overrides.network) as (keyof NetworkSettings)[] // of a value that has just these keys
  for (const field of fields) Object.assign(network, { [field]: stored.network[field] })
  const { name: nextName, ...rest } = next
  const name = overrides.name === undefined ? nextName : stored.name
  return {
    ...rest,
    ...(name === undefined ? {} : { name }),
    downloadFolder: overrides.downloadFolder === undefined ? next.downloadFolder : stored.downloadFolder,
    uploadSlots: overrides.uploadSlots === undefined ? next.uploadSlots : stored.uploadSlots,
    network,
  }
}

function valueAt(settings: Settings, dotted: string): unknown {
  let value: unknown = settings
  for (const key of dotted.split('.')) value = isGroup(value) ? value[key] : undefined
  return value
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function groupOf(settings: Settings, key: string): Record<string, unknown> {
  const group = valueAt(settings, key)
  return isGroup(group) ? group : {}
}

/** Without the keys that are undefined. */
function given<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) Object.assign(kept, { [key]: inner })
  return kept
}

/** null: no limit. A limit of less than a byte a second would be none. */
export function wholeBytes(bytesPerSecond: number | null): number | undefined {
  return bytesPerSecond === null ? undefined : Math.max(Math.round(bytesPerSecond), 1)
}
