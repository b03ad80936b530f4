/**
 * Copies dropped files to the engine's machine: a page is given their content, never their path. A few at a time, with
 * progress; when one fails or the user cancels, everything that came is removed there. Rule [DA25].
 */
import { ERROR_CODES, ShoalError } from '../../shared/contract/errors.ts'
import { PAGE_KEY_HEADER, UPLOAD_PREFIX } from '../../shared/shell/door.ts'
import type { UploadFile } from '../../shared/shell/shell-api.ts'
import type { DaemonClient } from '../../shared/shell/shell-contract.ts'
import { pageKey } from './browser-session.ts'

/** Small files wait for answers more than for the disk. */
const FILES_AT_ONCE = 4

export async function uploadFiles(
  shell: DaemonClient['shell'],
  files: readonly UploadFile[],
  onProgress: (doneBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const wanted = underOneName(files)
  const totalBytes = wanted.reduce((sum, { file }) => sum + file.size, 0)
  const { upload } = await shell.beginUpload({ totalBytes })
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  let doneBytes = 0
  const onBytes = (bytes: number) => {
    doneBytes += bytes
    onProgress(doneBytes)
  }
  const queue = [...wanted]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await post(upload, next, onBytes, stop)
  }
  try {
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, work))
    return (await shell.finishUpload({ upload })).path
  } catch (error) {
    failed.abort()
    await shell.abortUpload({ upload }).catch(() => undefined)
    if (signal.aborted) throw new ShoalError('CANCELLED', 'Cancelled.')
    throw error
  }
}

/** An upload is one file or one folder: several are put into a folder, named after the first of them. */
function underOneName(files: readonly UploadFile[]): UploadFile[] {
  const tops = new Set(files.map(({ path }) => path.split('/')[0]))
  if (tops.size <= 1) return [...files]
  const first = files[0]?.path.split('/')[0] ?? ''
  const dot = first.lastIndexOf('.')
  const folder = `${dot > 0 ? first.slice(0, dot) : first} + ${tops.size - 1}`
  return files.map(({ path, file }) => ({ path: `${folder}/${path}`, file }))
}

function post(
  upload: string,
  { path, file }: UploadFile,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // fetch cannot tell how much has been sent.
    const request = new XMLHttpRequest()
    let sentBytes = 0
    const sent = (bytes: number) => {
      onBytes(bytes - sentBytes)
      sentBytes = bytes
    }
    const onAbort = () => request.abort()
    const settle = (failure?: ShoalError) => {
      signal.removeEventListener('abort', onAbort)
      if (failure === undefined) resolve()
      else reject(failure)
    }
    request.upload.onprogress = (event) => sent(Math.min(event.loaded, file.size))
    request.onload = () => {
      if (request.status !== 200) return settle(failureOf(request.responseText))
      sent(file.size)
      settle()
    }
    request.onerror = () => settle(new ShoalError('NETWORK', 'The copy was interrupted: drop the files again.'))
    request.onabort = () => settle(new ShoalError('CANCELLED', 'Cancelled.'))
    if (signal.aborted) return settle(new ShoalError('CANCELLED', 'Cancelled.'))
    signal.addEventListener('abort', onAbort)
    request.open('POST', `${UPLOAD_PREFIX}${upload}/${path.split('/').map(encodeURIComponent).join('/')}`)
    request.setRequestHeader(PAGE_KEY_HEADER, pageKey())
    request.send(file)
  })
}

function failureOf(text: string): ShoalError {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && 'code' in value && 'message' in value) {
      const code = ERROR_CODES.find((known) => known === value.code)
      if (code !== undefined) return new ShoalError(code, String(value.message))
    }
  } catch {
    // Not one of our answers.
  }
  return new ShoalError('IO', 'The copy could not be made; the log of the engine says why.')
}
