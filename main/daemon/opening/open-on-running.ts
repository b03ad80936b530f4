/**
 * `shoal open`, and a start with a window while a daemon of this profile runs already: a window on that one.
 * Rules [DA21] [DA27].
 */
import { homedir } from 'node:os'
import { askAddress } from './ask-address.ts'
import { openWindow } from './open-window.ts'
import { windowFacts } from './this-machine.ts'

/** Opens a window on an address that a daemon has just given, on this machine. */
export async function openHere(
  address: string,
  profileDir: string,
  say: (line: string) => void,
  printOnly = false,
): Promise<void> {
  await openWindow(address, windowFacts(printOnly), { profileDir, home: homedir(), say })
}

/** False when no daemon with a window answers. */
export async function openOnRunning(
  profileDir: string,
  say: (line: string) => void,
  printOnly: boolean,
): Promise<boolean> {
  const answer = await askAddress(profileDir)
  if (answer.type !== 'address') return false
  await openHere(answer.address, profileDir, say, printOnly)
  return true
}
