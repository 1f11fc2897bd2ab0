import { existsSync } from 'node:fs'
import { type RestoreDone, restoreBackup } from '../backup/restore-backup.ts'
import { systemClock } from '../clock.ts'
import { type RelayConfig, receiptKeyFile } from '../config/config.ts'
import { EXIT, type Exit, say, telling } from './exit.ts'
import { ageOf, countOf, momentOf } from './times.ts'

/** All that a restored relay is not, in sentences for the operator, who has to tell people. */
function account(
  { madeAt, spaces, ended, unreadable }: RestoreDone,
  now: number,
  hasReceiptKey: boolean,
): readonly string[] {
  const lines = [`Restored ${countOf(spaces, 'space')} as at ${momentOf(madeAt)}, ${ageOf(now - madeAt)} ago.`]
  if (ended > 0) lines.push(`${countOf(ended, 'space')} whose date has come since then: deleted again.`)
  if (unreadable > 0) {
    lines.push(
      `${countOf(unreadable, 'space')} left out: without the key file nobody could ever have read them again.`,
      'People find that door shut. With the key file this backup can be restored whole, into another folder.',
    )
  }
  if (spaces > 0 && !hasReceiptKey) {
    lines.push(
      'The key file holds no receipt key: this server will make another, and the dialogues here do not believe its receipts.',
    )
  }
  lines.push('', 'What came after that moment is not here, and this server does not know that it ever was:')
  if (spaces > 0) {
    lines.push(
      '- Devices that have seen more stop in that space, and say so: they cannot tell this from a server that cheats.',
      '  Tell people what happened, by another way. A space with anything new in it has to be founded anew.',
      '- Words that were taken back are here again, closed. Whoever was taken out can connect again.',
      '- Chapters that were destroyed are here again, closed. The devices that have destroyed them ask for it once more when',
      "  they connect: a facilitator's and a participant's. Until both have, they lie here, and where nobody comes, until their date.",
    )
  }
  lines.push("- Convenors' links that were ended are good again: antechamber desk-link --revoke ends all.")
  return lines
}

/** `restore`: puts a backup into an empty place. */
export const restore = (
  config: RelayConfig,
  order: { readonly from: string; readonly keys: string | undefined; readonly withoutKeys: boolean },
): Promise<Exit> =>
  telling(async () => {
    const now = systemClock.now()
    const done = await restoreBackup(config, { ...order, now })
    const hasReceiptKey = existsSync(receiptKeyFile(config.shareKeyFile))
    say(`${account(done, now, hasReceiptKey).join('\n')}\n`)
    return EXIT.done
  })
