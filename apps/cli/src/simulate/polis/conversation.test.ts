import { describe, expect, test } from 'vitest'
import { parseCsv } from '../../csv.ts'
import { readConversation, UNSEEN } from './conversation.ts'

const VOTES = 'participant,group-id,0,1,2,3\n0,0,1,-1,0,\n1,0,1,1,,\n2,1,,1,,1\n'
const comments = (...rows: string[]) =>
  parseCsv('comments.csv', ['comment-id,moderated,comment-body', ...rows].join('\n'))
const votes = (text = VOTES) => parseCsv('votes.csv', text)
const FOUR = ['0,1,zero', '1,1,one', '2,0,two', '3,1,three'] as const

describe('statements', () => {
  test('those that most people voted on come first; of two alike, the smaller id', () => {
    const { statements } = readConversation(comments(...FOUR), votes())
    expect(statements.map(({ id }) => id)).toEqual(['1', '0', '2', '3'])
  })

  test('what is moderated out, meta, empty, too long, repeated or voted on by nobody is left out and counted', () => {
    const table = parseCsv(
      'comments.csv',
      [
        'comment-id,moderated,is-meta,comment-body',
        '0,-1,false,out',
        '1,1,TRUE,about the talk',
        '2,1,false,"  "',
        `3,1,false,${'x'.repeat(401)}`,
        `4,1,false,${'🕊'.repeat(400)}`,
        '5,1,false,Words',
        '6,1,false," Words\n"',
        '7,1,false,nobody cares',
        '8,1,false,nobody can vote',
      ].join('\n'),
    )
    const voted = votes('participant,group-id,0,1,2,3,4,5,6,7\na,0,1,1,1,1,1,1,1,\nb,0,1,1,1,1,,1,,\n')
    const { statements, leftOut } = readConversation(table, voted)
    expect(statements.map(({ id }) => id)).toEqual(['5', '4'])
    expect(leftOut).toEqual({ moderatedOut: 1, meta: 1, empty: 1, tooLong: 1, notVotedOn: 2, repeated: 1 })
  })

  test('a text is put on one line, without control characters', () => {
    const { statements } = readConversation(comments('0,1,"  first\r\n\r\nsecond\tthird\u0007 "'), votes())
    expect(statements[0]?.text).toBe('first second third')
  })

  test('files without "moderated" and "is-meta" are read', () => {
    const table = parseCsv('comments.csv', 'comment-body,comment-id\nzero,0\n')
    expect(readConversation(table, votes()).statements).toEqual([{ id: '0', text: 'zero' }])
  })
})

describe('people', () => {
  test('votes follow the order of the statements; what was never cast is told from a pass', () => {
    const { voters } = readConversation(comments(...FOUR), votes())
    expect(voters.map(({ id, group }) => [id, group])).toEqual([
      ['0', '0'],
      ['1', '0'],
      ['2', '1'],
    ])
    expect([...(voters[0]?.votes ?? [])]).toEqual([-1, 1, 0, UNSEEN])
  })

  test('who voted on nothing that is played does not count', () => {
    const { voters, silent } = readConversation(comments('3,1,three'), votes())
    expect(voters.map(({ id }) => id)).toEqual(['2'])
    expect(silent).toBe(2)
  })

  test('no group is no group', () => {
    const { voters } = readConversation(comments(...FOUR), votes('participant,group-id,0\nx, ,1\n'))
    expect(voters[0]?.group).toBeUndefined()
  })
})

describe('what is wrong is told with its place', () => {
  test.each([
    [() => readConversation(comments('x,1,one'), votes()), 'comments.csv, line 2, column 1: the id is "x"'],
    [() => readConversation(comments('1,2,one'), votes()), '"moderated" is "2", not -1, 0 or 1'],
    [
      () => readConversation(comments('1,1,one', '01,1,two'), votes()),
      'line 3, column 1: a second statement with the id 1',
    ],
    [() => readConversation(comments(...FOUR), votes('participant,0\n1,1\n')), 'has no column "group-id"'],
    [
      () => readConversation(comments(...FOUR), votes('participant,group-id\n1,1\n')),
      'has no column for any statement',
    ],
    [
      () => readConversation(comments(...FOUR), votes('participant,group-id,0\n1,0,1\n2,0,yes\n')),
      'votes.csv, line 3, column 3: the vote on statement 0 is "yes", not 1, 0, -1 or empty',
    ],
    [
      () => readConversation(comments(...FOUR), votes('participant,group-id,0\n1,0,1\n1,0,1\n')),
      'a second participant "1"',
    ],
    [() => readConversation(comments(...FOUR), votes('participant,group-id,0\n,0,1\n')), 'a participant without an id'],
    [() => readConversation(votes(), comments(...FOUR)), 'votes.csv, line 1: has no column "comment-id"'],
  ])('%#', (work, expected) => {
    expect(work).toThrow(expected)
  })
})
