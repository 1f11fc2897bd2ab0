import { systemClock } from '../clock.ts'
import type { RelayConfig } from '../config/config.ts'
import type { LogFaultCode } from '../verify/check-space.ts'
import type { Findings } from '../verify/verify-database.ts'
import { verifySource } from '../verify/verify-source.ts'
import { EXIT, type Exit, say, telling } from './exit.ts'
import { countOf } from './times.ts'

/** Version of what `--json` prints; another when a field changes its meaning. */
const JSON_VERSION = 1

const SENTENCES: Readonly<Record<LogFaultCode, string>> = {
  gap: 'is missing, or out of its order',
  changed: 'is not what was stored: its bytes do not give its hash',
  malformed: 'is no envelope',
  misplaced: 'belongs elsewhere: it says another space, id or chapter than it stands under',
  'stale-chapter': 'is of a chapter that had ended',
  'broken-chain': 'and those before it do not give the log hash that was told to devices',
  'share-closed': "begins a chapter of which the relay's half of the key does not open with this key file",
}

function account({ shares, faults, oddHeaders, ...found }: Findings): readonly string[] {
  const { spaces, envelopes, withdrawn, destroyed } = found
  const counted = `${countOf(spaces, 'space')}, ${countOf(envelopes, 'envelope')}, ${withdrawn} taken back, ${destroyed} destroyed`
  const lines = [`${faults.length === 0 ? 'Whole' : 'NOT WHOLE'}: ${counted}.`]
  lines.push(
    shares === undefined
      ? 'The shares were not looked at: no key file was given.'
      : `${shares.open} of ${countOf(shares.all, 'share')} open with the key file.`,
  )
  for (const { space, n, code } of faults) lines.push(`space ${space}: envelope ${n} ${SENTENCES[code]} (${code})`)
  for (const { space, n } of oddHeaders) {
    lines.push(`space ${space}: the chapter at ${n} names another place in the log than its own; devices set it aside`)
  }
  return lines
}

/** `verify`: checks all that whoever has the database can check. */
export const verify = (
  config: RelayConfig,
  order: { readonly backup: string | undefined; readonly keys: string | undefined; readonly json: boolean },
): Promise<Exit> =>
  telling(async () => {
    const findings = await verifySource(config, { ...order, now: systemClock.now() })
    const isWhole = findings.faults.length === 0
    if (order.json) say(`${JSON.stringify({ version: JSON_VERSION, whole: isWhole, ...findings }, undefined, 2)}\n`)
    else say(`${account(findings).join('\n')}\n`)
    return isWhole ? EXIT.done : EXIT.badData
  })
