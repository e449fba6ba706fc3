// Keeps all files of the bundle, so that the page works without a network. The list and its name are written when it is published.
const cacheName = 'CACHE_NAME'
const files = ['FILES']

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name.startsWith('CACHE_GROUP') && name !== cacheName).map((name) => caches.delete(name))),
      )
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET' || !event.request.url.startsWith(self.registration.scope)) return
  const url = new URL(event.request.url)
  if (url.href === self.registration.scope) url.pathname += 'index.html'
  event.respondWith(
    caches
      .open(cacheName)
      .then((cache) => cache.match(url.href))
      .then((kept) => kept ?? fetch(event.request)),
  )
})
