import '../src/style/tokens.css'
import '../src/style/base.css'
import { mount } from 'svelte'
import { setLanguage } from '../src/i18n/i18n.svelte.ts'
import Gallery from './Gallery.svelte'

const target = document.getElementById('app')
if (target === null) throw new Error('gallery.html has no #app')
await setLanguage(new URLSearchParams(location.search).get('lang') === 'ar' ? 'ar' : 'en')
mount(Gallery, { target })
