/**
 * Stacked areas over time, on uPlot: what flows in above the line, what flows out below it. Colours are tokens, read again
 * when the appearance changes. A canvas says nothing to a screen reader: whoever uses this also offers the numbers in words.
 */
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import css from './time-chart.module.css'

export interface ChartSeries {
  readonly label: string
  /** Name of a token, `--down`. */
  readonly color: string
  /** Areas of one side are stacked in their order. */
  readonly side: 'above' | 'below'
  readonly faint?: boolean
  readonly values: readonly number[]
}

export interface TimeChartProps {
  readonly label: string
  /** Seconds since the epoch. */
  readonly times: readonly number[]
  readonly series: readonly ChartSeries[]
  readonly height: number
  readonly format: (value: number) => string
  readonly formatTime: (at: number) => string
}

const AXIS_WIDTH_PX = 76
const AXIS_HEIGHT_PX = 26
/** Bytes per second that the axis shows at least. */
const LEAST_SHOWN = 10_000

export function TimeChart(props: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const chart = useRef<UPlot>(undefined)

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const build = () => {
      chart.current?.destroy()
      chart.current = new UPlot(optionsOf(latest.current, element.clientWidth), dataOf(latest.current), element)
    }
    build()
    const sizes = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: latest.current.height }),
    )
    sizes.observe(element)
    window.addEventListener('shoal:appearance', build)
    return () => {
      sizes.disconnect()
      window.removeEventListener('shoal:appearance', build)
      chart.current?.destroy()
      chart.current = undefined
    }
  }, [])

  useEffect(() => {
    chart.current?.setData(dataOf(props))
  }, [props])

  return <div ref={box} role="img" aria-label={props.label} className={css.chart} />
}

/** Cumulated per side, the outermost first, so that each is drawn over the one outside of it. */
function dataOf({ times, series }: TimeChartProps): UPlot.AlignedData {
  const above = new Array<number>(times.length).fill(0)
  const below = new Array<number>(times.length).fill(0)
  const lines = series.map(({ side, values }) => {
    const sum = side === 'above' ? above : below
    return times.map((_, at) => {
      const total = (sum[at] ?? 0) + (values[at] ?? 0)
      sum[at] = total
      return side === 'above' ? total : -total
    })
  })
  return [[...times], ...lines.reverse()]
}

function optionsOf(props: TimeChartProps, width: number): UPlot.Options {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const font = `11px ${color('--font')}`
  const axis = {
    stroke: color('--text-muted'),
    font,
    ticks: { show: false },
    grid: { stroke: color('--border'), width: 1 },
  }
  return {
    width,
    height: props.height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    scales: {
      x: { time: true },
      y: {
        range: (_, min, max) => [
          min < 0 ? Math.min(min * 1.1, -LEAST_SHOWN / 10) : 0,
          // Never a noise of a few bytes blown up to the whole height.
          Math.max((max ?? 0) * 1.1, LEAST_SHOWN),
        ],
      },
    },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT_PX,
        values: (_, ticks) => ticks.map((tick) => props.formatTime(tick * 1000)),
        space: 110,
      },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        values: (_, ticks) => ticks.map((tick) => props.format(Math.abs(tick))),
        space: 34,
      },
    ],
    series: [
      {},
      ...[...props.series].reverse().map(({ label, color: token, faint }) => ({
        label,
        stroke: color(token),
        width: 1.25,
        fill: `color-mix(in srgb, ${color(token)} ${faint === true ? 22 : 38}%, transparent)`,
        points: { show: false },
      })),
    ],
  }
}
