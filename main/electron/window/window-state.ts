/**
 * Where the window was, kept between starts, and where it may be put: displays come and go, and a window that cannot be
 * reached is lost. Pure, but for the last two functions, which read and write the file. A file that is not as expected is
 * as good as none.
 * Rule [EL13].
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

const coordinate = z.number().int().min(-100_000).max(100_000)
const length = z.number().int().min(200).max(20_000)

export const WindowState = z.object({
  x: coordinate,
  y: coordinate,
  width: length,
  height: length,
  maximized: z.boolean(),
  fullScreen: z.boolean(),
})
export type WindowState = z.infer<typeof WindowState>

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Placement {
  /** Without a place: centred by the system. */
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly maximized: boolean
  readonly fullScreen: boolean
}

export const MIN_WIDTH = 720
export const MIN_HEIGHT = 520
const USUAL = { width: 1280, height: 800 }
/** Of the title bar, this much must lie on a display to be grabbed. */
const GRAB = { width: 120, height: 24 }

/** `displays`: work areas, the primary one first. */
export function placeWindow(saved: WindowState | undefined, displays: readonly Area[]): Placement {
  const primary = displays[0]
  const within = (area: Area | undefined, size: { width: number; height: number }) => ({
    width: Math.max(MIN_WIDTH, Math.min(size.width, area?.width ?? size.width)),
    height: Math.max(MIN_HEIGHT, Math.min(size.height, area?.height ?? size.height)),
  })
  if (saved === undefined) return { ...within(primary, USUAL), maximized: false, fullScreen: false }
  const { maximized, fullScreen } = saved
  const home = displays.find((area) => isWithinReach(saved, area))
  if (home === undefined) return { ...within(primary, saved), maximized, fullScreen }
  return { x: saved.x, y: saved.y, ...within(home, saved), maximized, fullScreen }
}

function isWithinReach(window: Area, display: Area): boolean {
  const width = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x)
  const top = window.y - display.y
  return width >= GRAB.width && top >= 0 && top <= display.height - GRAB.height
}

export async function readWindowState(file: string): Promise<WindowState | undefined> {
  try {
    return WindowState.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}

export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.tmp`, JSON.stringify(state), { mode: 0o600 })
  await rename(`${file}.tmp`, file)
}
