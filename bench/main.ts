/**
 * `npm run bench`: the budget table as measured on this machine; with `--rivals`, the same scenarios on webtorrent and
 * Helia in the same run. It measures what the build made (dist/daemon.js), over loopback only, and prints nothing that it
 * has not measured. How each number comes about is said in bench/README.md.
 */
import { measureOf } from './budgets.ts'
import type { Contender } from './contenders/contender.ts'
import { openRivals } from './contenders/rival.ts'
import { openShoal } from './contenders/shoal.ts'
import { openMeter } from './harness/meter.ts'
import { summariseProfiles, withProfiles } from './harness/profiles.ts'
import { Workspace } from './harness/workspace.ts'
import { describeMachine } from './machine.ts'
import { type BenchOptions, parseOptions, usage } from './options.ts'
import { budgetTable, busyLines, machineLines, noteLines, rivalTable } from './report.ts'
import { installRivals } from './rivals/install.ts'
import { type Result, runAll } from './runner.ts'
import { SCENARIOS } from './scenarios/all.ts'
import { FULL, QUICK } from './scenarios/scenario.ts'
import { spreadOf, verdictOf } from './verdict.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

async function main(): Promise<number> {
  const names = SCENARIOS.map(({ name }) => name)
  const parsed = parseOptions(process.argv.slice(2), names)
  switch (parsed.type) {
    case 'help':
      process.stdout.write(usage(names))
      return 0
    case 'wrong':
      say(`${parsed.reason}\n\n${usage(names)}`)
      return 2
    case 'run':
      return bench(parsed.options)
  }
}

async function bench(options: BenchOptions): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))
  const plain = await openMeter()
  const meter = options.profiles === undefined ? plain : withProfiles(plain, options.profiles)
  const shoal = await openShoal(meter)
  const contenders: Contender[] = [shoal]
  const workspace = await Workspace.open(options.dir)
  try {
    if (options.rivals) {
      await installRivals(say)
      contenders.push(...openRivals(meter))
    }
    const machine = await describeMachine(workspace)
    const scenarios = SCENARIOS.filter(({ name }) => options.only.length === 0 || options.only.includes(name))
    const scale = { ...(options.quick ? QUICK : FULL), ownMemory: options.ownMemory }
    const { runs } = options
    const { results, notes } = await runAll({
      ...{ scenarios, contenders, runs, scale, meter, workspace, say },
      signal: stop.signal,
    })
    const about = contenders.map(({ name, version, encryption, remarks }) => ({ name, version, encryption, remarks }))
    if (options.json) {
      const judged = results.map((result) => ({
        ...measureOf(result.measure),
        ...result,
        ...judge(result),
        ...(options.quick ? { verdict: 'not judged' } : {}),
      }))
      process.stdout.write(
        `${JSON.stringify({ machine, quick: options.quick, runs, contenders: about, results: judged, notes }, undefined, 2)}\n`,
      )
    } else {
      const lines = [
        ...machineLines(machine, meter.how),
        ...about.map(
          ({ name, version, encryption, remarks }) =>
            `${name} ${version}, encryption: ${encryption}${remarks.map((remark) => `; ${remark}`).join('')}`,
        ),
        ...(options.quick
          ? ['QUICK: a quarter to a tenth of the sizes that the table names; not judged, not for comparison']
          : []),
        '',
        ...budgetTable(results, options.quick),
        ...(contenders.length > 1 ? ['', ...rivalTable(results, contenders)] : []),
        '',
        ...noteLines(notes),
        ...busyLines(results),
        ...(options.profiles === undefined ? [] : await summariseProfiles(options.profiles)),
      ]
      process.stdout.write(`${lines.join('\n')}\n`)
    }
    return results.every((result) => isFine(result, options.quick)) ? 0 : 1
  } finally {
    await shoal.close()
    await workspace.close()
  }
}

function judge(result: Result) {
  const spread = spreadOf(result.values)
  if (spread === undefined) return { verdict: 'not measured' as const }
  return { ...spread, verdict: verdictOf(measureOf(result.measure), spread.median) }
}

/** Ours only: a rival that fails is a finding, not a failure. */
function isFine(result: Result, quick: boolean): boolean {
  if (result.contender !== 'shoal') return true
  const { verdict } = judge(result)
  return (quick || verdict !== 'MISSED') && verdict !== 'not measured'
}

try {
  process.exitCode = await main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
