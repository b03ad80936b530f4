/** The inner width of an element, without its scrollbar, in px; 0 before it is known. */
import { type RefObject, useLayoutEffect, useState } from 'react'

export function useElementWidth(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidthPx] = useState(0)
  // Looked at after every drawing: an element may come later than the component, or be another one.
  const { current } = element
  const [seen, setSeen] = useState(current)
  useLayoutEffect(() => {
    if (element.current !== seen) setSeen(element.current)
  })
  useLayoutEffect(() => {
    if (seen === null) return
    const measure = () => setWidthPx(seen.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(seen)
    return () => observer.disconnect()
  }, [seen])
  return widthPx
}
