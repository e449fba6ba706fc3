import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestStageContext, testStageContext } from '../testing'
import { mailTime } from './mail-time'
import { parseMessage } from './parse-message'
import { run } from './run'

describe('mailTime', () => {
  it.each([
    ['Wed, 02 Jan 2002 13:55:00 -0500', Date.UTC(2002, 0, 2, 18, 55), 13],
    ['2 Jan 02 3:5:09 +0100 (CET)', Date.UTC(2002, 0, 2, 2, 5, 9), 3],
    ['Thu, 29 Aug 2002 15:36:58 +-0500', Date.UTC(2002, 7, 29, 20, 36, 58), 15],
    ['Mon, 1 Jul 1996 10:00:00 PDT', Date.UTC(1996, 6, 1, 17), 10],
    ['Fri, 30 Aug 02 21:48:08 Eastern Daylight Time', Date.UTC(2002, 7, 30, 21, 48, 8), 21],
    ['2002/09/14 Sat 02:29:32 CDT', null, 2],
    ['some day at 99:10', null, null],
    ['', null, null],
  ])('%s', (header, ms, hour) => expect(mailTime(header)).toEqual({ ms, hour }))
})

describe('parseMessage', () => {
  it('takes a page to what a reader sees, and text before it', async () => {
    const page =
      'From: A <a@Shop.EXAMPLE>\nSubject: =?iso-8859-1?Q?Caf=E9?=\nContent-Type: text/html\n\n<style>p{}</style><p>Buy &amp; win</p><script>x()</script><b>now</b><br>here'
    expect(await parseMessage(page)).toEqual({
      fromDomain: 'shop.example',
      subject: 'Café',
      body: 'Buy & win\nnow\nhere',
      hasAttachment: false,
      hour: null,
      dateMs: null,
    })
  })

  it('survives bytes that are nothing', async () => {
    const noise = Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 7919) % 256))
    expect((await parseMessage(noise)).fromDomain).toBeNull()
    expect(await parseMessage('')).toMatchObject({ subject: null, body: null })
  })

  it('reads the bytes in the character set that the mail names', async () => {
    const mail = Buffer.concat([Buffer.from('Content-Type: text/plain; charset=windows-1252\n\n'), Buffer.from([0x80, 0x20, 0xe9])])
    expect((await parseMessage(mail)).body).toBe('€ é')
  })
})

describe('run', () => {
  let ctx: TestStageContext
  beforeAll(async () => {
    ctx = await testStageContext()
  })
  afterAll(() => ctx.dispose())

  it('gives all 6,046 messages, 1,896 of them spam, every one with its batch', async () => {
    const { table } = await run({ params: { data: 'spam-assassin', batches: 'all' }, inputs: {}, ctx })
    expect(table.rows).toBe(6046)
    const counts = await ctx.tables.rows('SELECT batch, label, count(*) AS n, count(body) AS body FROM t GROUP BY ALL ORDER BY batch', {
      t: table.artifact,
    })
    expect(counts.map(({ batch, label, n }) => `${batch} ${label} ${n}`)).toEqual([
      'easy-ham-1 ham 2500',
      'easy-ham-2 ham 1400',
      'hard-ham-1 ham 250',
      'spam-1 spam 500',
      'spam-2 spam 1396',
    ])
    const [missing] = await ctx.tables.rows(
      "SELECT count(*) - count(body) AS body, count(*) - count(date) AS date, count(*) - count(hour) AS hour, count(*) FILTER (body LIKE '%</html%') AS tags FROM t",
      { t: table.artifact },
    )
    expect(missing).toMatchObject({ tags: 0 })
    expect(Number(missing?.body)).toBeLessThan(40)
    expect(Number(missing?.date)).toBeLessThan(60)
    expect(Number(missing?.hour)).toBeLessThan(20)
  }, 180_000)
})
