/**
 * The mark: a shoal, one of its fish swimming its own way. The same drawing as public/icon.svg, in the page itself: it must
 * be there also when nobody is left to fetch it from.
 */
import { useId } from 'react'

const FISH = 'M46 0C30-22 2-28-22-10L-46-24C-40-8-40 8-46 24L-22 10C2 28 30 22 46 0Z'

/** Where each swims, how large, how clear. */
const SHOAL = [
  ['translate(372 256)', 1],
  ['translate(274 178)', 0.92],
  ['translate(274 334)', 0.92],
  ['translate(164 118) scale(.86)', 0.7],
  ['translate(164 394) scale(.86)', 0.7],
  ['translate(136 218) scale(.86)', 0.8],
  ['translate(136 296) scale(.86)', 0.8],
] as const

export function Logo({ size }: { size: number }) {
  const sea = useId()
  return (
    <svg viewBox="0 0 512 512" width={size} height={size} aria-hidden="true">
      <defs>
        <linearGradient id={sea} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#12b3a6" />
          <stop offset="1" stopColor="#0b3b66" />
        </linearGradient>
      </defs>
      <rect width="512" height="512" rx="116" fill={`url(#${sea})`} />
      {SHOAL.map(([transform, opacity]) => (
        <path key={transform} d={FISH} transform={transform} opacity={opacity} fill="#fff" />
      ))}
      <path d={FISH} transform="translate(248 256)" fill="#ffb38a" />
    </svg>
  )
}
