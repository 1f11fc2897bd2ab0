import { makeBackup, nameOf } from '../backup/make-backup.ts'
import { systemClock } from '../clock.ts'
import type { RelayConfig } from '../config/config.ts'
import { EXIT, type Exit, say, telling } from './exit.ts'
import { countOf, momentOf } from './times.ts'

/** `backup`: copies the database, and if asked its key file, while relays run. */
export const backup = (
  config: RelayConfig,
  { out, keys }: { readonly out: string; readonly keys: string | undefined },
): Promise<Exit> =>
  telling(async () => {
    const { spaces, firstEnd, length, madeAt } = await makeBackup(config, { out, keys, now: systemClock.now() })
    const size = `${(length / 1024 / 1024).toFixed(1)} MB`
    const lines = [
      `Copied ${nameOf(config)}, as it was at ${momentOf(madeAt)}: ${countOf(spaces, 'space')}, ${size}.`,
      out,
    ]
    lines.push(
      ...(keys === undefined
        ? [
            `It holds no key. It opens only with the key file of now, ${config.shareKeyFile}, which is replaced weekly:`,
            'keep a copy of that one elsewhere, or nothing in this backup can ever be read again.',
          ]
        : [`Its key is in ${keys}.`, 'Keep the two in different places: whoever has both has this server.']),
    )
    if (firstEnd !== undefined) {
      lines.push(
        `The first of its spaces ends on ${momentOf(firstEnd).slice(0, 10)}. A backup that is kept longer keeps what should be gone.`,
      )
    }
    say(`${lines.join('\n')}\n`)
    return EXIT.done
  })
