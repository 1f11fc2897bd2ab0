import { codeNumber, type DeviceMessage, type RelayCode, type RelayMessage, toBase64Url } from '@antechamber/protocol'
import { newSealingKey, systemRandom } from '@antechamber/sealing'
import type { Rules } from '../interference.ts'
import type { Trick } from './log-tricks.ts'
import type { Anyone, Stage } from './stage.ts'
import { NAMES } from './world.ts'

const TEN_YEARS_MS = 10 * 365 * 24 * 60 * 60 * 1000

/** What the room's relay answers somebody, falsified from now on. */
const receives =
  (name: Anyone, falsify: (message: RelayMessage) => RelayMessage): ((stage: Stage) => void) =>
  (stage) => {
    stage.actor(name).eve.rules.receives = (message, { space }) =>
      space === stage.world.room ? falsify(message) : message
  }

/** What Ada sends to the room gets nowhere, and is answered by Eve. */
const answersAda =
  (answer: (ref: number) => RelayMessage): Trick =>
  async (stage) => {
    stage.actor('Ada').eve.rules.sends = (message, show) => {
      if (message.type !== 'append') return message
      show(answer(message.ref))
      return undefined
    }
    await stage.tries('Ada')
  }

const refusal = (ref: number, code: RelayCode): RelayMessage => ({
  type: 'refused',
  ref,
  code: codeNumber(code),
  retryAfterMs: 0,
})

/** What is done to each answer that carries a chapter's share, and this device's grant. */
const onGrants = (falsify: (granted: Extract<RelayMessage, { type: 'granted' }>) => RelayMessage): Trick => {
  const lie = receives('Ada', (message) => (message.type === 'granted' ? falsify(message) : message))
  return async (stage) => {
    lie(stage)
    await stage.nextChapter()
  }
}

/** Under which name somebody's device is in the room. */
async function deviceIn(stage: Stage, name: Anyone): Promise<string> {
  const { eve, dialogue } = stage.actor(name)
  const found = new Promise<string>((resolve) => {
    eve.rules.sends = (message: DeviceMessage, _, { space }) => {
      if (message.type === 'login' && space === stage.world.room) resolve(toBase64Url(message.device))
      return message
    }
  })
  eve.cut()
  dialogue.retryNow()
  return found
}

/** What Ada's device is told of chapters that it asks the share of: that there is none any more. */
const saysGone =
  (stage: Stage, isGone: (chapter: Uint8Array) => boolean): Rules['sends'] =>
  (message, show, { space }) => {
    if (message.type !== 'grant' || space !== stage.world.room || !isGone(message.chapter)) return message
    show(refusal(message.ref, 'not-found'))
    return undefined
  }

export const KEY_TRICKS: Readonly<Record<string, Trick>> = {
  'wrong-share': onGrants((granted) => ({ ...granted, share: systemRandom(32) })),
  'withholds-grant': onGrants((granted) => ({ ...granted, grant: undefined })),
  'wrong-grant': onGrants((granted) =>
    granted.grant ? { ...granted, grant: { ...granted.grant, wrapped: systemRandom(48) } } : granted,
  ),
  'says-gone': async (stage) => {
    let first: string | undefined
    const isFirst = (chapter: Uint8Array): boolean => {
      first ??= toBase64Url(chapter)
      return first === toBase64Url(chapter)
    }
    await stage.restarts('Ada', { sends: saysGone(stage, isFirst) })
  },
  'says-gone-newest': async (stage) => {
    stage.actor('Ada').eve.rules.sends = saysGone(stage, () => true)
    await stage.nextChapter()
  },
  'wrong-keys': async (stage) => {
    const device = await deviceIn(stage, 'Ada')
    const { publicKey } = await newSealingKey(0, systemRandom)
    receives('Fay', (message) => {
      if (message.type !== 'keys') return message
      const keys = message.keys.map((key) => (toBase64Url(key.device) === device ? { ...key, publicKey } : key))
      return { ...message, keys }
    })(stage)
    await stage.nextChapter()
  },
}

export const DOOR_TRICKS: Readonly<Record<string, Trick>> = {
  'throws-away': answersAda((ref) => ({ type: 'appended', ref, n: 1 })),
  'promises-a-place': answersAda((ref) => ({ type: 'appended', ref, n: 1_000 })),
  'says-ended': answersAda((ref) => refusal(ref, 'stale-chapter')),
  'says-full': answersAda((ref) => refusal(ref, 'storage-full')),
  'shuts-out': async (stage) => {
    receives('Ada', (message) => (message.type === 'entered' ? refusal(0, 'not-found') : message))(stage)
    stage.actor('Ada').eve.cut()
  },
  'shuts-the-door': async (stage) => {
    const { eve } = stage.actor('Ada')
    eve.rules.isAway = true
    eve.cut()
    await stage.tries('Ada')
  },
  'lies-about-time': async (stage) => {
    for (const name of NAMES) {
      receives(name, (message) =>
        message.type === 'entered' ? { ...message, now: message.now + TEN_YEARS_MS } : message,
      )(stage)
      stage.actor(name).eve.cut()
    }
    await stage.writes('Chi')
  },
  'goes-back': async (stage) => {
    await stage.writes('Chi')
    const { port } = await stage.startRelay()
    for (const name of NAMES) stage.leads(name, port)
  },
  forks: async (stage) => {
    const { port } = await stage.startRelay()
    stage.leads('Ada', port)
    await stage.writes('Chi')
    await stage.writes('Ada')
  },
  'forks-and-joins': async (stage) => {
    const before = stage.actor('Ada').port
    const { port } = await stage.startRelay()
    stage.leads('Ada', port)
    await stage.writes('Ada')
    await stage.writes('Chi')
    stage.leads('Ada', before)
    await stage.writes('Chi')
  },
}

/** What Fay's device is told of those who have joined. */
const toldJoins =
  (falsify: (joins: readonly Uint8Array[]) => readonly Uint8Array[]): Rules['receives'] =>
  (message) =>
    message.type === 'joins' ? { ...message, joins: [...falsify(message.joins)] } : message

const withJoins =
  (falsify: (joins: readonly Uint8Array[]) => readonly Uint8Array[], isSecond = false): Trick =>
  async (stage) => {
    stage.actor('Fay').eve.rules.receives = toldJoins(falsify)
    const link = await stage.benComes()
    if (isSecond) await stage.join('Eve', link)
    stage.actor('Fay').eve.cut()
    stage.actor('Fay').dialogue.retryNow()
  }

export const JOIN_TRICKS: Readonly<Record<string, Trick>> = {
  'two-joins': withJoins((joins) => joins, true),
  'hides-a-join': withJoins((joins) => joins.slice(0, 1), true),
  'makes-up-a-join': withJoins((joins) => [systemRandom(2_000), ...joins]),
  'doubles-a-join': withJoins((joins) => [...joins, ...joins].slice(0, 4)),
  'wrong-beginning': async (stage) => {
    const link = await stage.benComes({
      receives: (message, { space }) =>
        message.type === 'entered' && space === stage.world.room ? { ...message, since: message.since + 1 } : message,
    })
    const { dialogue } = stage.actor('Fay')
    const { id } = dialogue.status.invitations.find((one) => one.link === link) ?? { id: '' }
    await dialogue.send({ type: 'admit', invitation: id })
    await stage.writes('Chi')
  },
}
