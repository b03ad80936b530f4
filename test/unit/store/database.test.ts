/** Opening, migrating, damaging and closing the profile's database. */
import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../../main/engine/store/database.ts'
import { MIGRATIONS } from '../../../main/engine/store/schema.ts'
import { openStore } from '../../../main/engine/store/store.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { tempFolder } from './support.ts'

const options = { nowMs: () => 1_700_000_000_000 }
const freshFile = () => path.join(tempFolder(), 'shoal.db')
const pragma = (sql: DatabaseSync, name: string) => Object.values(sql.prepare(`PRAGMA ${name}`).get() ?? {})[0]

describe('openDatabase', () => {
  it('creates every table once and finds them again', () => {
    const file = freshFile()
    const first = openDatabase(file, options)
    expect([
      pragma(first.sql, 'user_version'),
      pragma(first.sql, 'journal_mode'),
      pragma(first.sql, 'foreign_keys'),
    ]).toEqual([MIGRATIONS.length, 'wal', 1])
    first.durable(() => first.sql.exec(`INSERT INTO settings VALUES ('a', '1')`))
    first.close()
    const second = openDatabase(file, options)
    expect(second.damaged).toBeUndefined()
    expect(second.sql.prepare('SELECT value FROM settings').get()).toEqual({ value: '1' })
    second.close()
  })

  it('[ST18] brings a profile of before several paths up to date with its shares as they were', () => {
    const file = freshFile()
    const old = new DatabaseSync(file)
    for (const migration of MIGRATIONS.slice(0, 4)) old.exec(migration)
    old.exec(`INSERT INTO shares (id, root, name, origin, paused, complete, path, sequential, link_peers, ignore, added_at,
        received_bytes, sent_bytes, corrupt_bytes) VALUES (7, 'r', 'film', 'in-place', 0, 1, '/film', 0, '[]', '["*.tmp"]', 5, 1, 2, 3);
      INSERT INTO file_facts VALUES (7, 0, '/film/a', 10, 1, 2, 3, 4, 5, 'cid'); PRAGMA user_version = 4`)
    old.close()
    const store = openStore(file, options)
    expect(store.database.damaged).toBeUndefined()
    expect(store.shares.list()).toMatchObject([
      { root: 'r', name: 'film', path: '/film', ignore: ['*.tmp'], priority: 'normal', sentBytes: 2 },
    ])
    expect(store.shares.get('r')).not.toHaveProperty('paths')
    expect(store.shares.paths.all('r')).toEqual([])
    expect(store.files.all('r').get(0)).toMatchObject({ path: '/film/a', cid: 'cid' })
    store.close()
  })

  it('refuses a database of a newer version and leaves it as it is', () => {
    const file = freshFile()
    const sql = new DatabaseSync(file)
    sql.exec('CREATE TABLE future (x); PRAGMA user_version = 999')
    sql.close()
    expect(() => openDatabase(file, options)).toThrow(/newer version/)
    const again = new DatabaseSync(file)
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'future' }])
    again.close()
  })

  it('[ST3] moves what is no database aside, says where, and begins anew', () => {
    const file = freshFile()
    const rubbish = Buffer.alloc(10_000, 'rubbish ')
    fs.writeFileSync(file, rubbish)
    const database = openDatabase(file, options)
    expect(database.damaged).toBeInstanceOf(ShoalError)
    const movedTo = String(database.damaged?.facts.movedTo)
    expect(fs.readFileSync(movedTo).equals(rubbish)).toBe(true)
    expect(database.damaged?.message).toContain(movedTo)
    database.durable(() => database.sql.exec(`INSERT INTO settings VALUES ('a', '1')`))
    database.close()
  })

  it('[ST3] finds damage inside after an unclean end, and keeps both damaged databases', () => {
    const file = freshFile()
    for (const round of [1, 2]) {
      const store = openStore(file, options)
      expect(store.database.damaged).toBeUndefined()
      for (let key = 0; key < 200; key++) store.settings.set(`key ${key}`, 'x'.repeat(500))
      store.close()
      const bytes = fs.readFileSync(file)
      bytes.fill(0xee, 4096 * 12, 4096 * 20)
      fs.writeFileSync(file, bytes)
      fs.writeFileSync(`${file}-wal`, Buffer.alloc(32, 1))
      const opened = openDatabase(file, options)
      expect(opened.damaged?.code).toBe('IO')
      opened.close()
      const kept = fs.readdirSync(path.dirname(file)).filter((name) => /damaged-[^w]*Z(-2)?$/.test(name))
      expect(kept).toHaveLength(round)
    }
  })

  it('rolls back a transaction that throws, and joins one inside', () => {
    const database = openDatabase(freshFile(), options)
    const insert = (key: string) => database.sql.prepare('INSERT INTO settings VALUES (?, ?)').run(key, '1')
    expect(() =>
      database.transaction(() => {
        insert('outer')
        database.transaction(() => insert('inner'))
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(database.sql.prepare('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 0 })
    database.transaction(() => database.transaction(() => insert('inner')))
    expect(database.sql.prepare('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 1 })
    expect(() => database.transaction(() => database.durable(() => insert('x')))).toThrow(/durable/)
    database.durable(() => {
      insert('together')
      database.durable(() => insert('at once'))
    })
    expect(database.sql.prepare('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 3 })
    database.close()
  })

  it('[ST2] syncs fully for durable work and only for that', () => {
    const database = openDatabase(freshFile(), options)
    const inside = (run: (job: () => unknown) => unknown) => run(() => pragma(database.sql, 'synchronous'))
    expect(inside((job) => database.durable(job))).toBe(2)
    expect(inside((job) => database.transaction(job))).toBe(1)
    expect(() =>
      database.durable(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(pragma(database.sql, 'synchronous')).toBe(1)
    database.close()
  })

  it('reports SQLite errors as ShoalError', () => {
    const database = openDatabase(freshFile(), options)
    const twice = () =>
      database.transaction(() => database.sql.exec(`INSERT INTO settings VALUES ('a', '1'), ('a', '2')`))
    expect(twice).toThrow(expect.objectContaining({ name: 'ShoalError', code: 'IO' }))
    database.close()
  })
})
