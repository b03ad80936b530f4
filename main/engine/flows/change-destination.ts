/**
 * A download that goes elsewhere: allowed while nothing has arrived, and when the folder it was to go into is in trouble.
 * What was fetched into the old one is deleted where that can be reached, and fetched again: moving it would need the
 * very folder that is in trouble. SPEC: [FL5].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { bootId } from '../store/boot-id.ts'
import { WrittenLog } from '../store/written-log.ts'
import { deleteData } from './delete-data.ts'
import { writtenFolder } from './profile-paths.ts'
import type { Share } from './share.ts'
import { isBlocking } from './trouble.ts'

/** Ends the life; whoever calls begins it again. */
export async function changeDestination(share: Share, destination: string): Promise<void> {
  const { context, key, row } = share
  const stuck = share.trouble !== undefined && isBlocking(share.trouble)
  const begun = share.have !== undefined && !share.have.isEmpty
  if (row.path !== undefined || row.complete || (begun && !stuck)) {
    const message = `It is already being fetched into ${row.destination}. Remove it and fetch it again to have it elsewhere.`
    throw new ShoalError('NOT_ALLOWED', message, { root: key })
  }
  await share.end(GoodbyeCode.SHUTTING_DOWN, 'restarting')
  await deleteData(share, false, context)
  WrittenLog.remove(writtenFolder(context), key)
  context.store.database.durable(() => {
    const saved = context.store.bitfields.load(key)
    if (saved !== undefined) context.store.bitfields.save(key, new Uint8Array(saved.bytes.length), bootId())
    share.update({ destination, partialPath: undefined, destinationDev: undefined, claim: undefined })
  })
  share.have = undefined
}
