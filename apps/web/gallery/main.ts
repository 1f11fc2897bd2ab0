// The address first: the router takes its last part away.
import { asked } from './asked.ts'
import '../src/style/tokens.css'
import '../src/style/base.css'
import { mount } from 'svelte'
import { setLanguage } from '../src/i18n/i18n.svelte.ts'
import Gallery from './Gallery.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('gallery.html has no #app')
await setLanguage(asked.language)
mount(Gallery, { target })
