/** A QR code, dark on white in both themes, as scanners expect it; with words for those who do not see it. */
import { memo } from 'react'
import { qrDrawing } from './qr-path.ts'

/** Modules of white around it: what the standard asks for. */
const QUIET_ZONE = 4

export const Qr = memo(function Qr({ text, label, sizePx }: { text: string; label: string; sizePx: number }) {
  const { size, path } = qrDrawing(text)
  const side = size + 2 * QUIET_ZONE
  return (
    <svg
      role="img"
      aria-label={label}
      width={sizePx}
      height={sizePx}
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <rect x={-QUIET_ZONE} y={-QUIET_ZONE} width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  )
})
