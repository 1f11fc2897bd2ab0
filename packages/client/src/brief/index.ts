export type { Brief } from './brief.ts'
export { briefDocx } from './docx.ts'
export { type BriefFile, type BriefTrace, inspectBrief } from './inspect.ts'
export { briefMarkdown } from './markdown.ts'
