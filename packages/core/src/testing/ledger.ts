import type { TestDialogue, Written } from './dialogue.ts'

/** Marks a text so that it can be found again wherever it turns up. */
export const mark = (n: number): string => `⟦${n}⟧`
export const marksIn = (json: string): readonly string[] => json.match(/⟦\d+⟧/g) ?? []
const signaturesIn = (json: string): readonly string[] => json.match(/(?<![\w-])[\w-]{86}(?![\w-])/g) ?? []

/** What can be told apart in an entry: marked texts and signatures. */
export const tokensIn = (value: unknown): readonly string[] => {
  const json = JSON.stringify(value)
  return [...marksIn(json), ...signaturesIn(json)]
}

interface Body {
  readonly type: string
  readonly run: string
  readonly id: string
  readonly text: string
  readonly attribution: 'none' | 'side' | 'named'
  readonly contribution: string
  readonly restatement: string
  readonly verdict: string
  readonly line: string
  readonly lines: readonly string[]
}

interface Piece {
  readonly id: string
  readonly by: string
  readonly text: string
  readonly attribution: 'none' | 'side' | 'named'
}

/**
 * Who is entitled to which words, told from the entries that counted and from the specification alone: none of the
 * code under test is in it.
 */
export class Ledger {
  /** Words that everyone in the room may read. */
  readonly shared = new Set<string>()
  readonly contributions = new Map<string, Piece>()
  readonly restatements = new Map<string, Piece & { readonly of: string }>()
  readonly affirmed = new Set<string>()
  readonly left = new Set<string>()
  /** The space in which each token was first written. */
  readonly origins = new Map<string, string>()
  readonly #entitled = new Map<string, Set<string>>()
  readonly #open = new Map<string, Map<string, Piece>>()
  readonly #delivered = new Map<string, string>()

  /** What a reader may be shown. */
  entitled(reader: string): ReadonlySet<string> {
    const gone = this.left.has(reader) || !this.affirmed.has(reader)
    return gone ? new Set() : new Set([...this.shared, ...(this.#entitled.get(reader) ?? [])])
  }

  record({ space, by, body, words, setAside }: Written, table: TestDialogue): void {
    if (setAside !== undefined) return
    const where = space === 'own' ? `own ${by}` : space
    for (const token of tokensIn([body, words])) if (!this.origins.has(token)) this.origins.set(token, where)
    const event = { ...(body as Body), ...(words !== undefined && { text: words }) }
    if (space === 'room') this.#recordRoom(by, event)
    if (space === 'outbox') this.#recordOutbox(event)
    if (event.type === 'reason.noted') {
      for (const { seat } of table.people) if (seat.role === 'facilitator') this.#entitle(seat.id, event.text)
    }
  }

  #entitle(reader: string, text: string): void {
    const texts = this.#entitled.get(reader) ?? new Set()
    this.#entitled.set(reader, texts.add(text))
  }

  #recordRoom(by: string, event: Body): void {
    const { id, text, attribution } = event
    switch (event.type) {
      case 'rules.affirmed':
        this.affirmed.add(by)
        break
      case 'seat.leaving':
        this.left.add(by)
        break
      case 'contribution.offered':
        this.#entitle(by, text)
        this.#open.set(event.run, new Map(this.#open.get(event.run)).set(by, { id, by, text, attribution }))
        break
      case 'round.closed':
        for (const piece of this.#open.get(event.run)?.values() ?? []) {
          this.contributions.set(piece.id, piece)
          this.shared.add(piece.text)
        }
        break
      case 'restatement.offered': {
        const author = this.contributions.get(event.contribution)?.by
        this.restatements.set(id, { id, by, text, attribution: 'side', of: event.contribution })
        this.#entitle(by, text)
        if (author !== undefined) this.#entitle(author, text)
        break
      }
      case 'restatement.judged': {
        const judged = this.restatements.get(event.restatement)
        if (judged && event.verdict === 'accurate') this.shared.add(judged.text)
        break
      }
      case 'line.proposed':
        this.shared.add(text)
        break
    }
  }

  #recordOutbox(event: Body): void {
    if (event.type === 'line.delivered') this.#delivered.set(event.line, event.text)
    if (event.type === 'brief.released') {
      for (const line of event.lines) this.shared.add(this.#delivered.get(line) ?? '')
    }
  }
}
