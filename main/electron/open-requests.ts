/**
 * What the system asked the app to open: deep links, files and folders opened with it or dropped on its icon, from the
 * command line, from a second start, from macOS events that may come before the app is ready. They wait here until the
 * window listens, at most MAX_WAITING of each. A `.shoal` file is a small text file that holds a link: its link is what is
 * opened. Nothing is shared or fetched here: the window asks the person.
 * Rules [EL11] [EL12].
 */
import type { OpenRequest } from '../../shared/shell/shell-api.ts'
import { isShoalLink } from './arguments.ts'

/** Of links and of paths, each; the oldest are kept, since the person saw those being opened. */
export const MAX_WAITING = 1_000
/** Bytes of a `.shoal` file that are looked at: the longest link has 8 KiB. */
export const MAX_LINK_FILE_BYTES = 64 * 1024

export interface OpenFacts {
  /** 'missing' for what is not on the disk. Throws nothing. */
  kindOf(path: string): Promise<'file' | 'folder' | 'missing'>
  /** At most MAX_LINK_FILE_BYTES of text; undefined when unreadable or longer. */
  readLinkFile(path: string): Promise<string | undefined>
}

export class OpenRequests {
  readonly #facts: OpenFacts
  /** One after the other, or a slow disk would change the order. */
  #turn: Promise<void> = Promise.resolve()
  #links: string[] = []
  #paths: string[] = []
  #listener: ((request: OpenRequest) => void) | undefined

  constructor(facts: OpenFacts) {
    this.#facts = facts
  }

  /** Absolute paths and links. Paths that are not there are dropped: they are switches of Chromium, or long gone. */
  add(request: OpenRequest): Promise<void> {
    this.#turn = this.#turn.then(() => this.#add(request))
    return this.#turn
  }

  async #add(request: OpenRequest): Promise<void> {
    const links = request.links.filter(isShoalLink)
    const paths: string[] = []
    for (const path of request.paths.slice(0, MAX_WAITING)) {
      const kind = await this.#facts.kindOf(path)
      if (kind === 'missing') continue
      const link = kind === 'file' && /\.shoal$/i.test(path) ? await this.#linkIn(path) : undefined
      if (link === undefined) paths.push(path)
      else links.push(link)
    }
    this.#links = [...new Set([...this.#links, ...links])].slice(0, MAX_WAITING)
    this.#paths = [...new Set([...this.#paths, ...paths])].slice(0, MAX_WAITING)
    this.#deliver()
  }

  /** From now on, and what waited at once; the one before gets no more. undefined: nobody listens, requests wait. */
  listen(listener: ((request: OpenRequest) => void) | undefined): void {
    this.#listener = listener
    this.#deliver()
  }

  get waiting(): boolean {
    return this.#links.length + this.#paths.length > 0
  }

  #deliver(): void {
    if (this.#listener === undefined || !this.waiting) return
    const request = { links: this.#links, paths: this.#paths }
    this.#links = []
    this.#paths = []
    this.#listener(request)
  }

  /** The first line that is a link. A `.shoal` file without one is shared like any other file. */
  async #linkIn(path: string): Promise<string | undefined> {
    const text = await this.#facts.readLinkFile(path)
    return text
      ?.split(/\r?\n/)
      .map((line) => line.trim())
      .find(isShoalLink)
  }
}
