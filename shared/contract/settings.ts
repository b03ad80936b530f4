/**
 * What a user can set, as one value. The engine keeps it in the profile, so that every window and the command line see the
 * same. What only a window cares for (language, theme) is kept here too, and not judged. Some fields are read when the
 * node is built: a change of those waits for the next start, and `waiting` says so.
 * Rules: chapter SE of docs/SPEC.md.
 */
import { z } from 'zod'

export const NetworkMode = z.enum(['local', 'lan', 'internet'])
export type NetworkMode = z.infer<typeof NetworkMode>

const limit = z.number().positive().max(1e12).nullable()
/** Minutes after local midnight. */
const minute = z.number().int().min(0).max(1439)

export const Schedule = z.object({
  enabled: z.boolean(),
  /** From this minute (inclusive) to that (exclusive); over midnight when `to` is before `from`; all day when equal. */
  fromMinute: minute,
  toMinute: minute,
  /** Days on which it begins: 0 Sunday … 6 Saturday. */
  days: z.array(z.number().int().min(0).max(6)).max(7),
  /** Bytes per second while it is on; null: no limit. */
  down: limit,
  up: limit,
})
export type Schedule = z.infer<typeof Schedule>

export const Settings = z.object({
  /** What this node calls itself; absent: the two words derived from its peer id. */
  name: z.string().max(64).exactOptional(),
  downloadFolder: z.string().min(1).max(4096),
  /** Bytes per second outside the schedule; null: no limit. */
  limits: z.object({ down: limit, up: limit }),
  schedule: Schedule,
  /** As many as the command line takes. */
  uploadSlots: z.number().int().min(1).max(1_000),
  network: z.object({
    mode: NetworkMode,
    lanDht: z.boolean(),
    internetDht: z.boolean(),
    mdns: z.boolean(),
    /** Ask the router to let others in. */
    portMapping: z.boolean(),
    quic: z.boolean(),
    listenPort: z.number().int().min(0).max(65535),
    bootstrap: z.array(z.string().min(1).max(512)).max(32),
  }),
  ui: z.object({
    language: z.enum(['auto', 'en', 'pt-BR', 'es']),
    theme: z.enum(['auto', 'light', 'dark']),
    contrast: z.enum(['auto', 'more']),
    motion: z.enum(['auto', 'reduced']),
    notifyDone: z.boolean(),
    notifyTrouble: z.boolean(),
    /** The window explained once that closing it does not end sharing. */
    backgroundExplained: z.boolean(),
  }),
  desktop: z.object({
    startAtLogin: z.boolean(),
    keepInBackground: z.boolean(),
    checkForUpdates: z.boolean(),
  }),
})
export type Settings = z.infer<typeof Settings>

/** A group that is given replaces only the fields given in it. `name: null` returns to the derived name. */
export const SettingsPatch = z.object({
  name: z.string().min(1).max(64).nullable().exactOptional(),
  downloadFolder: Settings.shape.downloadFolder.exactOptional(),
  limits: Settings.shape.limits.partial().exactOptional(),
  schedule: Schedule.partial().exactOptional(),
  uploadSlots: Settings.shape.uploadSlots.exactOptional(),
  network: Settings.shape.network.partial().exactOptional(),
  ui: Settings.shape.ui.partial().exactOptional(),
  desktop: Settings.shape.desktop.partial().exactOptional(),
})
export type SettingsPatch = z.infer<typeof SettingsPatch>

export const SettingsView = z.object({
  settings: Settings,
  /** Dotted names of fields whose new value takes effect at the next start of the engine. */
  waiting: z.array(z.string()),
  /** Dotted names of fields that the command line of the running engine decides. */
  fixed: z.array(z.string()),
  /** Whether the schedule's limits count now, and when that changes next. */
  scheduleActive: z.boolean(),
  scheduleChangesAt: z.number().optional(),
})
export type SettingsView = z.infer<typeof SettingsView>
