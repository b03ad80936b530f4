/**
 * Dots as small pictures, drawn once per colour and size and then only copied: without a graphics card, hundreds of round
 * shapes a frame would be most of the work. For one palette and one scale of the screen.
 */
import type { Palette } from '../canvas/palette.ts'
import type { Dot } from './swarm-moves.ts'

/** Colours x kinds x sizes: eleven colours, four kinds, a dozen sizes. */
const MAX_SPRITES = 600
/** Sizes are rounded to this, CSS pixels. */
const STEP = 0.5

interface Sprite {
  readonly image: OffscreenCanvas
  /** CSS pixels of one side. */
  readonly side: number
}

export class DotSprites {
  private readonly palette: Palette
  private readonly scale: number
  /** At most MAX_SPRITES. */
  private readonly sprites = new Map<string, Sprite>()

  constructor(palette: Palette, scale: number) {
    this.palette = palette
    this.scale = scale
  }

  /** `token`: the colour of a delivered chunk. */
  draw(context: CanvasRenderingContext2D, { what, chunks }: Dot, token: string, x: number, y: number): void {
    const exact = (what === 'delivered' ? 3.2 : 2.2) * Math.sqrt(Math.min(chunks, 4))
    const radius = Math.min(6, Math.round(exact / STEP) * STEP)
    const key = `${what} ${token} ${radius}`
    let sprite = this.sprites.get(key)
    if (sprite === undefined) {
      if (this.sprites.size >= MAX_SPRITES) return
      sprite = this.make(what, token, radius)
      this.sprites.set(key, sprite)
    }
    const { image, side } = sprite
    context.drawImage(image, x - side / 2, y - side / 2, side, side)
  }

  private make(what: Dot['what'], token: string, radius: number): Sprite {
    const pixels = Math.ceil((radius * 2 + 4) * this.scale)
    const image = new OffscreenCanvas(pixels, pixels)
    const side = pixels / this.scale
    const context = image.getContext('2d')
    if (context === null) return { image, side }
    context.setTransform(this.scale, 0, 0, this.scale, pixels / 2, pixels / 2)
    context.beginPath()
    switch (what) {
      case 'delivered':
        context.arc(0, 0, radius, 0, Math.PI * 2)
        context.fillStyle = this.palette(token)
        context.fill()
        context.strokeStyle = this.palette('--bg')
        context.lineWidth = 1
        break
      case 'rejected':
        context.moveTo(-radius, -radius)
        context.lineTo(radius, radius)
        context.moveTo(radius, -radius)
        context.lineTo(-radius, radius)
        context.strokeStyle = this.palette('--chunk-rejected')
        context.lineWidth = 2
        break
      default:
        context.arc(0, 0, radius, 0, Math.PI * 2)
        context.strokeStyle = this.palette(what === 'asked' ? '--text-muted' : '--text-faint')
        context.lineWidth = 1.25
    }
    context.stroke()
    return { image, side }
  }
}
