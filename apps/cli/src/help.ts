/** What each command is for, as `antechamber --help` and `antechamber <command> --help` show it. */
export const HELP = {
  antechamber: `usage: antechamber <command> [options]

  serve       starts the relay, the server of your dialogues
  desk-link   prints a new link for a convenor, or ends the old ones
  backup      copies what the relay keeps, and its key file apart, while it runs
  restore     puts a backup into an empty place
  verify      checks the logs of the relay, or of a backup
  simulate    plays a whole dialogue with people who are played, and writes its brief

  antechamber <command> --help   what a command takes
  antechamber --version          the version

Exit codes: 0 done, 2 wrong usage, 3 bad data, 4 refused or unreachable.
`,
  serve: `usage: antechamber serve

Starts the relay on its embedded database in ./data and runs until it is stopped. The first start prints the convenor's
link. Settings are environment variables, such as PORT, DATA_DIR, PUBLIC_URL, TLS_CERT and TLS_KEY; all of them are in
docs/operate/README.md.
`,
  'desk-link': `usage: antechamber desk-link [--revoke]

Prints a new link with which a convenor can open dialogues on the relay whose data is in DATA_DIR (./data).

  --revoke   ends all links that there are instead; dialogues go on
`,
  backup: `usage: antechamber backup --out FILE [--keys FILE]

Copies the relay's database (of DATA_DIR, or DATABASE_URL), as it is at one moment, to a file. The relay may run.

  --out FILE    where the copy goes; nothing may be there yet
  --keys FILE   copies the key file too, into another folder; the copy of the database holds no key, and opens with
                this one alone
`,
  restore: `usage: antechamber restore --from FILE (--keys FILE | --without-keys)

Puts a backup where no relay has been: into the empty folder DATA_DIR, or the empty PostgreSQL that DATABASE_URL names.
What was written after the backup is not in it: docs/operate/README.md says what people then see.

  --from FILE      the backup
  --keys FILE      the copy of the key file that was made with it
  --without-keys   there is none: nothing of any dialogue can be read again; the convenors' links come back, nothing else
`,
  verify: `usage: antechamber verify [options]

Checks every log that the relay keeps (DATA_DIR, or DATABASE_URL), while it runs: numbers without a gap, the hash of each
envelope and of the log, formats, chapters, and whether the relay's half of each chapter's key opens. Who signed what is
sealed from the relay: that is checked by each member's device, whenever it reads.

  --backup FILE   a backup instead
  --keys FILE     the key file of that backup
  --json          prints what was found as JSON

Exit code 3, and the first envelope of each log that is not as it should be, if something is wrong.
`,
  simulate: `usage: antechamber simulate [options]

Plays a whole dialogue, one real client for each person, against a real relay, from the first invitation to the brief.
Without files it plays a fictional scenario. The same seed gives the same brief.

  --statements FILE   comments.csv of a public conversation in the Polis export format, and
  --votes FILE        its participants-votes.csv: the sides are its largest published groups
  --sides N           2 to 4 (2)
  --per-side N        people on each side, 2 to 30 (6)
  --seed N            another number plays another dialogue (1)
  --process NAME      which process to follow (first-dialogue)
  --relay URL         a relay that runs already, instead of one that is started for the play; needs a convenor's link:
  --desk LINK         the convenor's link (or the environment variable ANTECHAMBER_DESK)
  --out DIR           writes brief.md, brief.docx and summary.json there
  --json              prints summary.json and nothing else

docs/operate/cli.md says by which rules people speak and lines are cleared.
`,
} as const

export type CommandName = Exclude<keyof typeof HELP, 'antechamber'>
