/** What plan-window.ts wants to know, asked of the machine this process runs on. Rule [DA27]. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { findBrowsers, findOpener, hasDisplay } from './find-browsers.ts'
import type { WindowFacts } from './plan-window.ts'

export function windowFacts(printOnly: boolean): WindowFacts {
  const machine = { platform: process.platform, env: process.env, home: homedir(), exists: existsSync }
  return {
    platform: machine.platform,
    printOnly,
    isRoot: process.getuid?.() === 0,
    hasDisplay: hasDisplay(machine),
    browsers: findBrowsers(machine),
    opener: findOpener(machine),
  }
}
