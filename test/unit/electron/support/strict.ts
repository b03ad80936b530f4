/**
 * Makes a double that knows its limits: using a member that it does not have is an error that names it, instead of
 * undefined. So a shell that begins to use another part of Electron fails its tests until the double has that part too.
 */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === 'symbol' || key in object || key === 'then' || key === 'toJSON') {
        const value: unknown = Reflect.get(object, key, object)
        // Methods only: a class bound to something would lose its static members.
        return typeof value === 'function' && !Object.hasOwn(value, 'prototype') ? value.bind(object) : value
      }
      throw new Error(`The double of Electron's ${name} has no ${key}.`)
    },
  })
}
