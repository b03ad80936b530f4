/** Reads typed values out of SQLite rows. STRICT tables make a wrong type a bug of ours, so it throws. */
import type { SQLOutputValue } from 'node:sqlite'

export type Row = Readonly<Record<string, SQLOutputValue>>

export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw new TypeError(`Column ${column} is no text`)
}

export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  throw new TypeError(`Column ${column} is no integer`)
}

/** For statements that read integers as bigint; unsigned 64-bit values were stored as signed. */
export function unsigned(row: Row, column: string): bigint {
  const value = row[column]
  if (typeof value === 'bigint') return BigInt.asUintN(64, value)
  throw new TypeError(`Column ${column} is no bigint`)
}

export function signed(row: Row, column: string): bigint {
  const value = row[column]
  if (typeof value === 'bigint') return value
  throw new TypeError(`Column ${column} is no bigint`)
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw new TypeError(`Column ${column} is no blob`)
}

/** A key that is present only when the column is not NULL. */
export function optional<K extends string, V>(
  row: Row,
  column: string,
  key: K,
  read: (row: Row, column: string) => V,
): Partial<Record<K, V>> {
  return row[column] === null ? {} : ({ [key]: read(row, column) } as Record<K, V>)
}

export function stringList(row: Row, column: string): string[] {
  const value: unknown = JSON.parse(text(row, column))
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
  throw new TypeError(`Column ${column} is no list of texts`)
}
