/** Before every file of the `ui` project: what a test has drawn is gone before the next one begins. */
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)
