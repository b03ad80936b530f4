/**
 * Which chunk to ask for next: the rarest of those we may ask for, ties broken at random, or the first when sequential.
 *
 * It sees the world through a keyhole: chunks that may be picked (wanted, missing, asked of nobody), how many peers hold
 * each, and a test "does this peer have it". All pickable chunks stand in one array ordered by availability, in buckets,
 * random within a bucket; a change of availability moves a chunk across bucket borders, O(buckets). Peers that hold
 * everything are not counted: they change no order. The idea is libtorrent's piece_picker. Implements SPEC [TR1].
 */

const ABSENT = 0xffffffff
/** Positions looked at for one pick before falling back to a scan in index order; keeps a pick under a millisecond. */
const MAX_RAREST_SCAN = 8_192

export class ChunkPicker {
  /** Availability of every chunk among peers that do not hold everything. */
  private readonly availability: Uint16Array
  private readonly order: Uint32Array
  private readonly position: Uint32Array
  /** start[a]: first position of bucket a in `order`; start.at(-1) === count. */
  private start: number[] = [0, 0]
  private count = 0
  private readonly random: () => number
  /** No pickable chunk has a lower index. */
  private lowest: number
  sequential = false
  /** How often a chunk became pickable: while it stands still, a peer that had nothing to pick has nothing to pick. */
  additions = 0

  /** @param random uniform in [0, 1) */
  constructor(chunkCount: number, random: () => number) {
    this.availability = new Uint16Array(chunkCount)
    this.order = new Uint32Array(chunkCount)
    this.position = new Uint32Array(chunkCount).fill(ABSENT)
    this.random = random
    this.lowest = chunkCount
  }

  get pickable(): number {
    return this.count
  }

  isPickable(index: number): boolean {
    return (this.position[index] ?? ABSENT) !== ABSENT
  }

  availabilityOf(index: number): number {
    return this.availability[index] ?? 0
  }

  /** The chunk becomes pickable. */
  add(index: number): void {
    if (this.isPickable(index)) return
    this.additions += 1
    this.insert(index)
  }

  private insert(index: number): void {
    if (index < this.lowest) this.lowest = index
    const bucket = this.availabilityOf(index)
    this.ensureBucket(bucket)
    // Open a hole at the end and walk it down to the end of the chunk's bucket.
    let hole = this.count
    this.count += 1
    for (let b = this.start.length - 1; b > bucket; b--) {
      const first = this.start[b] ?? 0
      if (first !== hole) this.place(this.order[first] ?? 0, hole)
      hole = first
      this.start[b] = first + 1
    }
    this.place(index, hole)
    // A random place within the bucket.
    const from = this.start[bucket] ?? 0
    this.swap(hole, from + Math.floor(this.random() * (hole - from + 1)))
  }

  /** The chunk is no longer pickable: asked of somebody, held, or not wanted any more. */
  remove(index: number): void {
    let hole = this.position[index] ?? ABSENT
    if (hole === ABSENT) return
    this.position[index] = ABSENT
    const bucket = this.availabilityOf(index)
    for (let b = bucket + 1; b < this.start.length; b++) {
      const last = (this.start[b] ?? 0) - 1
      if (last !== hole) this.place(this.order[last] ?? 0, hole)
      hole = last
      this.start[b] = last
    }
    this.count -= 1
  }

  /** One more (or one less) peer holds the chunk. */
  adjust(index: number, by: 1 | -1): void {
    const pickable = this.isPickable(index)
    if (pickable) this.remove(index)
    this.availability[index] = Math.max(this.availabilityOf(index) + by, 0)
    if (pickable) this.insert(index)
  }

  /** The next chunk to ask of a peer for which `has` holds, or undefined. Does not remove it. */
  pick(has: (index: number) => boolean): number | undefined {
    return this.sequential ? this.first(has, this.lowestPickable()) : this.rarest(has)
  }

  private rarest(has: (index: number) => boolean): number | undefined {
    const end = Math.min(this.count, MAX_RAREST_SCAN)
    for (let at = 0; at < end; at++) {
      const index = this.order[at] ?? 0
      if (has(index)) return index
    }
    if (end === this.count) return undefined
    const from = Math.floor(this.random() * this.position.length)
    return this.first(has, from) ?? this.first(has, 0)
  }

  private first(has: (index: number) => boolean, from: number): number | undefined {
    for (let index = from; index < this.position.length; index++) {
      if (this.position[index] !== ABSENT && has(index)) return index
    }
    return undefined
  }

  private lowestPickable(): number {
    while (this.lowest < this.position.length && this.position[this.lowest] === ABSENT) this.lowest += 1
    return this.lowest
  }

  private place(index: number, at: number): void {
    this.order[at] = index
    this.position[index] = at
  }

  private swap(a: number, b: number): void {
    if (a === b) return
    const indexA = this.order[a] ?? 0
    this.place(this.order[b] ?? 0, a)
    this.place(indexA, b)
  }

  private ensureBucket(bucket: number): void {
    while (this.start.length < bucket + 2) this.start.push(this.count)
  }
}
