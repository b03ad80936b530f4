/** happy-dom lays nothing out: here every element is as large as this. Tables draw only the rows that have room. */
export function giveSizes(widthPx: number, heightPx: number): void {
  const sizes = {
    offsetWidth: widthPx,
    clientWidth: widthPx,
    offsetHeight: heightPx,
    clientHeight: heightPx,
    scrollHeight: 1e6,
  }
  for (const [name, px] of Object.entries(sizes))
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => px })
}
