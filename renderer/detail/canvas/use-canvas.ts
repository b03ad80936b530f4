/** What a canvas must know of the page: its size in device pixels, and when the colours changed. */
import { useEffect, useState } from 'react'

export interface CanvasSize {
  /** Device pixels. */
  readonly widthPx: number
  readonly heightPx: number
  /** Device pixels per CSS pixel. */
  readonly scale: number
}

/** The size of the element that the canvas fills; undefined until it was measured. */
export function useSize(element: Element | null): CanvasSize | undefined {
  const [size, setSize] = useState<CanvasSize>()
  useEffect(() => {
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const scale = window.devicePixelRatio
      const widthPx = Math.floor(entry.contentRect.width * scale)
      const heightPx = Math.floor(entry.contentRect.height * scale)
      setSize((before) =>
        before?.widthPx === widthPx && before.heightPx === heightPx && before.scale === scale
          ? before
          : { widthPx, heightPx, scale },
      )
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return size
}

/** Counts the changes of theme, contrast and motion. */
export function useAppearance(): number {
  const [version, setVersion] = useState(0)
  useEffect(() => {
    const changed = () => setVersion((before) => before + 1)
    window.addEventListener('shoal:appearance', changed)
    return () => window.removeEventListener('shoal:appearance', changed)
  }, [])
  return version
}
