/** Why a text is not a link: a code, and a sentence that says what is wrong with it and what to do. SPEC: [LI5]. */

export type LinkErrorCode =
  | 'empty'
  | 'too-long'
  | 'whitespace'
  | 'scheme'
  | 'no-cid'
  | 'cid-syntax'
  | 'cid-version'
  | 'codec'
  | 'digest'
  | 'path'
  | 'encoding'
  | 'duplicate'
  | 'name'
  | 'size'
  | 'peer'
  | 'too-many-peers'

export class LinkError extends Error {
  override readonly name = 'LinkError'
  readonly code: LinkErrorCode

  constructor(code: LinkErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
