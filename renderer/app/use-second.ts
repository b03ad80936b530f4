/** The time for views that say how long ago something was, or how soon it will be. */
import { useEffect, useState } from 'react'

/** The time, once a second while `isOn`. */
export function useSecond(isOn: boolean): number {
  const [at, setAt] = useState(() => Date.now())
  useEffect(() => {
    if (!isOn) return
    setAt(Date.now())
    const timer = setInterval(() => setAt(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isOn])
  return at
}
