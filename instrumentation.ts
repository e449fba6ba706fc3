/** Next calls this once when its server starts: the web process announces itself. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || !process.env.DATABASE_URL) return
  const { announceWeb } = await import('#server/announce-web')
  await announceWeb()
}
