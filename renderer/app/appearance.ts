/**
 * Theme, contrast and motion: the settings, or the system where they say `auto`. Written to <html> as attributes, which
 * tokens.css reads. The last choice is kept in localStorage, so that a window starts in it before the engine has spoken.
 */
import type { Settings } from '../../shared/contract/settings.ts'

type Appearance = Pick<Settings['ui'], 'theme' | 'contrast' | 'motion'>

const KEY = 'shoal.appearance'
const dark = window.matchMedia('(prefers-color-scheme: dark)')
const contrast = window.matchMedia('(prefers-contrast: more)')
const motion = window.matchMedia('(prefers-reduced-motion: reduce)')

let chosen: Appearance = remembered()

export function applyAppearance(next: Appearance): void {
  if (next.theme === chosen.theme && next.contrast === chosen.contrast && next.motion === chosen.motion) return
  chosen = { theme: next.theme, contrast: next.contrast, motion: next.motion }
  localStorage.setItem(KEY, JSON.stringify(chosen))
  write()
}

export function followSystemAppearance(): void {
  for (const query of [dark, contrast, motion]) query.addEventListener('change', write)
  write()
}

/** For what is drawn by hand: canvases ask it each time they draw. */
export function isMotionReduced(): boolean {
  return document.documentElement.dataset.motion === 'reduced'
}

function write(): void {
  const { dataset } = document.documentElement
  dataset.theme = chosen.theme === 'auto' ? (dark.matches ? 'dark' : 'light') : chosen.theme
  dataset.contrast = chosen.contrast === 'more' || contrast.matches ? 'more' : 'normal'
  dataset.motion = chosen.motion === 'reduced' || motion.matches ? 'reduced' : 'full'
  // Canvases take their colours from the tokens: they listen for this and draw again.
  window.dispatchEvent(new Event('shoal:appearance'))
}

function remembered(): Appearance {
  const fallback: Appearance = { theme: 'auto', contrast: 'auto', motion: 'auto' }
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '')
    if (typeof value !== 'object' || value === null) return fallback
    const { theme, contrast: more, motion: less } = value as Record<string, unknown>
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
      contrast: more === 'more' ? 'more' : 'auto',
      motion: less === 'reduced' ? 'reduced' : 'auto',
    }
  } catch {
    return fallback
  }
}
