/** A part of the library with one of its members replaced, the rest as it is: methods still run on the part itself. */
export function overriding<T extends object, K extends keyof T>(target: T, name: K, replacement: () => T[K]): T {
  return new Proxy(target, {
    get(inner, asked) {
      if (asked === name) return replacement()
      const value: unknown = Reflect.get(inner, asked)
      return typeof value === 'function' ? value.bind(inner) : value
    },
  })
}
