// The layout engine's own worker script: it listens for messages when it finds itself in a worker.
import 'elkjs/lib/elk-worker.min.js'
