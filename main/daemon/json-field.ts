/** One text out of a small JSON object that came from elsewhere. Not for what has a schema. */

/** Undefined when the text is no JSON, no object, or has no text under this name. */
export function textField(json: string, name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json)
    const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
    return typeof field === 'string' ? field : undefined
  } catch {
    return undefined
  }
}
