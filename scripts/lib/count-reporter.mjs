/**
 * A vitest reporter that leaves the figures of a run in the file named by SHOAL_TEST_COUNTS, for scripts/test.mjs to add
 * up: what passed, what failed, what was skipped and for which said reason. A file that does not load and an error outside
 * any test count as failures of their own, for a run must not look better for having crashed.
 */
import { writeFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: string[], skipped: { title: string, reason: string | undefined }[] }} Counts */

export default class CountReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Counts} */
    const counts = { passed: 0, failed: [], skipped: [] }
    for (const module of modules) {
      let failedInside = false
      for (const test of module.children.allTests()) {
        const result = test.result()
        const title = `${module.relativeModuleId} > ${test.fullName}`
        if (result.state === 'passed') counts.passed += 1
        else if (result.state === 'failed') counts.failed.push(title)
        else counts.skipped.push({ title, reason: result.state === 'skipped' ? result.note : undefined })
        failedInside ||= result.state === 'failed'
      }
      if (module.state() === 'failed' && !failedInside)
        counts.failed.push(`${module.relativeModuleId} (the file itself)`)
    }
    for (const error of unhandledErrors) counts.failed.push(`error outside of any test: ${error.message ?? 'unknown'}`)
    const file = process.env['SHOAL_TEST_COUNTS']
    if (file !== undefined) writeFileSync(file, JSON.stringify(counts))
  }
}
