/**
 * Shows system notifications: a few a minute, each once, and a click opens the window. What is worth one, notices.ts says,
 * or the window itself.
 * Rule [EL24].
 */
import type { Notification } from 'electron'
import type { ElectronApi, ShellClock } from '../electron-api.ts'
import type { Say } from '../messages/messages.ts'
import type { Notice } from './notices.ts'

/** More than that is noise; what is missed stands in the window. */
export const MAX_PER_MINUTE = 6
const MINUTE_MS = 60_000
/** Shown ones are held, or a click would find nobody: the newest. */
const MAX_HELD = 20

export class Notifier {
  readonly #Notification: ElectronApi['Notification']
  readonly #clock: ShellClock
  readonly #onClick: () => void
  #recent: { readonly at: number; readonly text: string }[] = []
  #held: Notification[] = []

  constructor(notification: ElectronApi['Notification'], clock: ShellClock, onClick: () => void) {
    this.#Notification = notification
    this.#clock = clock
    this.#onClick = onClick
  }

  tell(notice: Notice, say: Say): void {
    const { kind, name } = notice
    const peer = notice.peerName ?? say('notice.asked.somebody')
    this.show(say(`notice.${kind}.title`), say(`notice.${kind}.body`, { name, peer }))
  }

  show(title: string, body: string): void {
    if (!this.#Notification.isSupported()) return
    const at = this.#clock.now()
    this.#recent = this.#recent.filter((shown) => at - shown.at < MINUTE_MS)
    const text = `${title}\n${body}`
    if (this.#recent.length >= MAX_PER_MINUTE || this.#recent.some((shown) => shown.text === text)) return
    this.#recent.push({ at, text })
    const notification = new this.#Notification({ title, body })
    notification.on('click', this.#onClick)
    this.#held = [...this.#held, notification].slice(-MAX_HELD)
    notification.show()
  }
}
