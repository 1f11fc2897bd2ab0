import type { Seat } from '../../roster.ts'
import { type SpaceName, sideOf } from '../../space.ts'
import { SEATS } from './cast.ts'
import { must } from './fault.ts'
import type { Body, Ledger } from './ledger.ts'

const sideOfSeat = new Map(SEATS.map(({ id, side }) => [id as string, side]))

/**
 * What may count in a space, told from its ledger and from the specification alone, whoever wrote it with whatever
 * client and whenever it came.
 */
export function checkCounted(ledger: Ledger, space: SpaceName, by: Seat, body: Body): void {
  const rule = broken(ledger, space, by, body)
  must(rule === undefined, rule ?? '', space, by.name, body)
}

const ofFacilitators = [
  ...['stage.entered', 'room.resumed', 'round.opened', 'round.closed', 'line.proposed', 'line.dropped'],
  'round.key-kept',
  ...['line.cleared', 'line.reopened', 'line.delivered', 'brief.released'],
]
const ofParticipants = ['contribution.offered', 'restatement.offered', 'line.turned']

function broken(ledger: Ledger, space: SpaceName, by: Seat, body: Body): string | undefined {
  const { type, run } = body
  if (ledger.left.includes(by.id)) return 'nothing counts of who has left (DG9)'
  if (by.role !== 'facilitator' && ofFacilitators.includes(type)) return 'only a facilitator does this'
  if (by.role !== 'participant' && ofParticipants.includes(type)) return 'only participants do this'
  if (space !== 'room') return brokenElsewhere(space, by, body)
  const acts = (run !== undefined && type !== 'contribution.withdrawn') || type === 'stage.entered'
  if (ledger.paused && acts) return 'nothing is done while the room is paused but taking back (DG7)'
  if (run !== undefined && !ledger.affirmed.includes(by.id)) return 'first the rules (GR2)'
  if (type === 'stage.entered' && ledger.open.length > 0) return 'no stage is left while a round is open (DG8)'
  return brokenInRun(ledger, by, body)
}

function brokenInRun({ open, pieces }: Ledger, by: Seat, body: Body): string | undefined {
  switch (body.type) {
    case 'contribution.offered':
      if (pieces[body.id]) return 'no words take the place of others (DG10)'
      return open.includes(body.run) ? undefined : 'nobody writes in a round that is not open (RD2)'
    case 'contribution.withdrawn': {
      const piece = pieces[body.contribution]
      return piece && piece.by !== by.id ? 'only the author takes words back (RD7)' : undefined
    }
    case 'restatement.offered': {
      const author = pieces[body.contribution]?.by ?? ''
      if (pieces[body.id]) return 'no words take the place of others (DG10)'
      return sideOfSeat.get(author) === by.side ? 'only another side restates (MI2)' : undefined
    }
    case 'restatement.judged': {
      const of = pieces[body.restatement]?.of ?? ''
      return pieces[of]?.by === by.id ? undefined : 'only the author judges (MI4)'
    }
    default:
      return undefined
  }
}

function brokenElsewhere(space: SpaceName, by: Seat, body: Body): string | undefined {
  if (body.type !== 'line.turned') return undefined
  const { signature } = body as Body & { readonly signature: string }
  return sideOf(space) === by.side && signature.includes(by.id) ? undefined : 'everyone says yes for themselves (BR3)'
}
