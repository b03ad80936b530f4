/**
 * Frames as the page itself sees them: the time between animation frames, and tasks that held up the main thread for more
 * than 50 ms, for as long as asked. Pure but for what the script does in the page.
 */

export interface FrameWatch {
  /** Milliseconds between one frame and the next. */
  readonly gapsMs: readonly number[]
  readonly longTasksMs: readonly number[]
}

export interface FrameSummary {
  readonly framesPerSecond: number
  /** Half of the frames took longer. */
  readonly medianMs: number
  /** One in a hundred frames took longer. */
  readonly slowestHundredthMs: number
  readonly slowestMs: number
  readonly longTasks: number
  readonly longestTaskMs: number
}

/** A script for the page, whose value is a FrameWatch. As text: it runs where this program's types are not. */
export function watchFramesScript(forMs: number): string {
  return `new Promise((resolve) => {
    const gapsMs = []
    const longTasksMs = []
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longTasksMs.push(entry.duration)
    })
    observer.observe({ type: 'longtask' })
    let began = 0
    let before = 0
    const frame = (nowMs) => {
      if (before === 0) began = nowMs
      else gapsMs.push(nowMs - before)
      before = nowMs
      if (nowMs - began < ${forMs}) requestAnimationFrame(frame)
      else {
        observer.disconnect()
        resolve({ gapsMs, longTasksMs })
      }
    }
    requestAnimationFrame(frame)
  })`
}

export function summarise({ gapsMs, longTasksMs }: FrameWatch): FrameSummary {
  const sorted = [...gapsMs].sort((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  const totalMs = sorted.reduce((sum, gap) => sum + gap, 0)
  return {
    framesPerSecond: totalMs === 0 ? 0 : (sorted.length / totalMs) * 1_000,
    medianMs: at(0.5),
    slowestHundredthMs: at(0.99),
    slowestMs: sorted.at(-1) ?? 0,
    longTasks: longTasksMs.length,
    longestTaskMs: Math.max(0, ...longTasksMs),
  }
}
