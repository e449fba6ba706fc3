import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openArtifactStore } from '#server/artifacts/store'
import { openTables, type Tables } from '#server/tables/open-tables'
import { previewTable } from '#server/tables/preview-table'

let dir: string
let tables: Tables
const store = () => openArtifactStore(path.join(dir, 'artifacts'))

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'load-'))
  tables = openTables({ artifacts: store(), scratch: path.join(dir, 'scratch'), signal: new AbortController().signal })
})
afterAll(async () => {
  tables.close()
  await rm(dir, { recursive: true, force: true })
})

async function load(bytes: string | Uint8Array, name = 'data.csv') {
  const file = path.join(dir, name)
  await writeFile(file, bytes)
  return loadFile(file)
}

async function loadFile(file: string) {
  const { table, report } = await tables.load(file, { name: path.basename(file) })
  expect(report.read).toBe(report.kept + report.refused)
  expect(report.kept).toBe(table.rows)
  const { columns, rows } = await previewTable(store(), table.artifact, { limit: 1000 })
  return { report, table, rows, columns: columns.map(({ name, type }) => `${name}:${type}`) }
}

describe('types', () => {
  it('takes the narrowest type that every value fits', async () => {
    const { columns, rows } = await load(
      'int,num,zip,flag,day,when,mixed,code,na\n1,1.5,08123,true,2024-02-29,2024-02-29T10:00:00+02:00,1,12345678901234567890,1\n-2,1e3,10000,FALSE,2024-03-01,2024-03-01 09:00,x,2,NA\n',
    )
    expect(columns).toEqual([
      'int:integer',
      'num:number',
      'zip:text',
      'flag:boolean',
      'day:timestamp',
      'when:timestamp',
      'mixed:text',
      'code:text',
      'na:integer',
    ])
    expect(rows).toEqual([
      [1, 1.5, '08123', true, '2024-02-29T00:00:00.000Z', '2024-02-29T08:00:00.000Z', '1', '12345678901234567890', 1],
      [-2, 1000, '10000', false, '2024-03-01T00:00:00.000Z', '2024-03-01T09:00:00.000Z', 'x', '2', null],
    ])
  })

  it('finds a late value that does not fit, and says so', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index},${index}`)
    const { columns, report } = await load(`a,b\n${lines.join('\n')}\noops,1\n`)
    expect(columns).toEqual(['a:text', 'b:integer'])
    expect(report.notes).toEqual(['Column "a" looks like integer, but 1 value is not, so it is text.'])
  })

  it('reads decimal commas where the comma is no delimiter, and commas between thousands where it is', async () => {
    expect(await load('a;b\n1,5;x\n-2,25;y\n')).toMatchObject({
      columns: ['a:number', 'b:text'],
      rows: [
        [1.5, 'x'],
        [-2.25, 'y'],
      ],
    })
    expect(await load('a,b\n"1,234.5",x\n12,y\n')).toMatchObject({
      columns: ['a:number', 'b:text'],
      rows: [
        [1234.5, 'x'],
        [12, 'y'],
      ],
    })
  })
})

describe('rows', () => {
  it('counts what it keeps and what it refuses, with row, column and reason', async () => {
    const { report, rows } = await load('a,b,c\n1,2,3\n4,5\n6,7,8,9\n\n,,\n1,2,3,\n"open,1,2\nlast,1,2\n')
    expect(rows).toEqual([
      ['1', 2, 3],
      ['4', 5, null],
      ['1', 2, 3],
      ['last', 1, 2],
    ])
    expect(report).toMatchObject({ read: 7, kept: 4, refused: 3 })
    expect(report.examples).toEqual([
      { row: 4, column: 'field 4', reason: 'It has 4 fields, the table has 3 columns.', text: '6,7,8,9' },
      { row: 6, column: null, reason: 'Every field is empty.', text: ',,' },
      { row: 8, column: 'a', reason: 'The quote that opens field 1 is never closed.', text: '"open,1,2' },
    ])
    expect(report.notes.join(' ')).toMatch(/too few fields .* 1 time, first in row 3.*Blank lines were skipped: 1 time, first in row 5/)
  })

  it('takes quotes as spreadsheets do', async () => {
    const { rows } = await load('a,b\n"x ""y"" z",1\nq"q,2\n"ab"c,3\n  "pad, ded"  ,4\n"two\r\nlines",5\n')
    expect(rows).toEqual([
      ['x "y" z', 1],
      ['q"q', 2],
      ['abc', 3],
      ['pad, ded', 4],
      ['two\r\nlines', 5],
    ])
  })

  it('loads a file of a single field as it is', async () => {
    expect((await load('name\nx\ny\n')).rows).toEqual([['x'], ['y']])
  })

  it('keeps a record that crosses chunk borders, and refuses one beyond the limit', async () => {
    const long = 'x'.repeat(3_000_000)
    const { rows, report, table } = await load(`a,b\n"${long}\n",1\n${'y'.repeat(17 << 20)},2\nz,3\n`)
    expect(rows.map((row) => row[1])).toEqual([1, 3])
    expect(report.examples).toMatchObject([{ row: 3, reason: 'It is longer than 16 MB.' }])
    expect((await tables.read(table.artifact, ['a'])).a?.values[0]).toHaveLength(3_000_001)
  })

  it('refuses a quote that nobody closes in a big file without swallowing what follows', async () => {
    const lines = Array.from({ length: 400_000 }, (_, index) => `${index},some text that fills the line up to a length`)
    lines[1000] = '1000,"never closed'
    const { report } = await load(`a,b\n${lines.join('\n')}\n`)
    expect(report).toMatchObject({ read: 400_000, kept: 399_999, refused: 1 })
    expect(report.examples[0]).toMatchObject({ row: 1002, column: 'b' })
  })

  it('reads hundreds of columns, and says that ten thousand are too many', async () => {
    const wide = (length: number) => {
      const names = Array.from({ length }, (_, index) => `c${index}`)
      return `${names.join(',')}\n${names.map((_, index) => index).join(',')}\n`
    }
    const { columns, report } = await load(wide(300))
    expect(report.columns).toBe(300)
    expect(columns[0]).toBe('c0:integer')
    await expect(load(wide(10_000))).rejects.toThrow('has 10000 columns; at most 2000 fit. Check the delimiter')
  }, 120_000)

  it('keeps a column that is missing everywhere', async () => {
    expect((await load('a,b\n1,\n2,\n')).columns).toEqual(['a:integer', 'b:text'])
  })
})

describe('encodings', () => {
  const text = 'name;city\nZoë;Orléans\nJürgen;Köln\n'
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
    ['UTF-16 LE', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['UTF-16 LE', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()])],
    ['Windows-1252', Buffer.from(text, 'latin1')],
  ])('reads %s', async (encoding, bytes) => {
    const { report, rows, columns } = await load(bytes)
    expect(report.encoding).toBe(encoding)
    expect(columns).toEqual(['name:text', 'city:text'])
    expect(rows).toEqual([
      ['Zoë', 'Orléans'],
      ['Jürgen', 'Köln'],
    ])
  })

  it('knows the signs that Windows-1252 has more than Latin-1', async () => {
    const bytes = Buffer.concat([
      Buffer.from('a,b\n'),
      Buffer.from([0x80]),
      Buffer.from('5,'),
      Buffer.from([0x93, 0xe9, 0x94]),
      Buffer.from('\n'),
    ])
    expect((await load(bytes)).rows).toEqual([['€5', '“é”']])
  })

  it('replaces single bad bytes in UTF-8 and drops NUL bytes, and says so', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\né,ü\nà,ö\nñ,ç\nx'), Buffer.from([0xff]), Buffer.from(',y\nn\u0000ul,z\n')])
    const { rows, report } = await load(bytes)
    expect(report.encoding).toBe('UTF-8')
    expect(rows.slice(3)).toEqual([
      ['x\ufffd', 'y'],
      ['nul', 'z'],
    ])
    expect(report.notes.join()).toContain('NUL bytes were left out')
  })
})

describe('JSON and Parquet', () => {
  it('reads JSON lines; a broken line is refused, a late key is a column', async () => {
    const { rows, columns, report } = await load(
      '{"a":1,"s":"007","n":{"x":[1]}}\n{"a":2.5,"t":"2024-01-01T00:00:00Z"}\n{broken\n[1]\n\n{"a":null,"s":"","b":true}\n',
      'x.jsonl',
    )
    expect(columns).toEqual(['a:number', 's:text', 'n:text', 't:timestamp', 'b:boolean'])
    expect(rows).toEqual([
      [1, '007', '{"x":[1]}', null, null],
      [2.5, null, null, '2024-01-01T00:00:00.000Z', null],
      [null, '', null, null, true],
    ])
    expect(report).toMatchObject({ read: 5, kept: 3, refused: 2, examples: [{ row: 3 }, { row: 4 }] })
  })

  it('reads a JSON list in any layout', async () => {
    const { rows, report } = await load('[\n  {"a": "x]}\\"", "b": [1, {"c": 2}]},\n  7,\n  {"a": "y"}, {}\n]', 'x.json')
    expect(rows).toEqual([
      ['x]}"', '[1,{"c":2}]'],
      ['y', null],
      [null, null],
    ])
    expect(report).toMatchObject({ read: 4, refused: 1, format: 'JSON list' })
  })

  it('reads Parquet whatever its types', async () => {
    const source = await tables.query("SELECT 1 AS a, 'x' AS b, [1] AS c", {})
    const { rows } = await loadFile(await store().path(source.artifact))
    expect(rows).toEqual([[1, 'x', '[1]']])
  })
})

describe('files that are no table', () => {
  it.each([
    ['', 'is empty'],
    ['\n \n', 'nothing but blank lines'],
    ['PK\u0003\u0004abc', 'ZIP archive or an Excel workbook'],
    ['<!DOCTYPE html><p>', 'web page'],
    ['%PDF-1.4', 'a PDF'],
    ['PAR1 but not really', 'a Parquet file that cannot be read'],
    [`GIF${'\u0000\u0001\u0002'.repeat(400)}`, 'no text file'],
  ])('says what %j is', async (text, sentence) => {
    await expect(load(Buffer.from(text, 'latin1'))).rejects.toMatchObject({ code: 'bad_file', message: expect.stringContaining(sentence) })
  })
})

const messy = path.resolve('../shared/data/messy_csv')
describe.skipIf(!existsSync(messy))('messy files (skipped without ../shared/data)', () => {
  const spectrum = path.join(messy, 'csv-spectrum')
  it.each(existsSync(messy) ? readdirSync(path.join(spectrum, 'csvs')) : [])('csv-spectrum %s gives the right answer', async (name) => {
    const parsed: Record<string, string> | Record<string, string>[] = JSON.parse(
      readFileSync(path.join(spectrum, 'json', name.replace('.csv', '.json')), 'utf8'),
    )
    const answer = [parsed].flat()
    const { rows, table } = await loadFile(path.join(spectrum, 'csvs', name))
    const got = rows.map((row) =>
      Object.fromEntries(table.columns.map((column, index) => [column.name, row[index] === null ? '' : String(row[index])])),
    )
    // The answer of this one file holds another telephone number than the file itself.
    if (name === 'location_coordinates.csv') for (const row of answer) row['Contact Phone Number'] = '2095257564'
    expect(got).toEqual(answer)
  })

  const horror = path.join(messy, 'messytables-horror')
  it.each(existsSync(messy) ? readdirSync(horror) : [])('%s loads with every row accounted for, or gives a sentence', async (name) => {
    const file = path.join(horror, name)
    const outcome = await loadFile(file).catch((error: unknown) => error)
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: 'bad_file', message: expect.stringMatching(/^The file .+\. .+\.$/) })
      expect(['simple.unknown', 'simple.zip']).toContain(name)
    }
  })

  it.each([
    ['211.csv', { encoding: 'Windows-1252', read: 2132, refused: 0, columns: 96 }],
    ['utf-16le_encoded.csv', { encoding: 'UTF-16 LE', read: 327, refused: 0, columns: 19 }],
    ['long.csv', { header: false, read: 4000, refused: 0, columns: 1 }],
    ['excel_pasting.csv', { read: 20, refused: 4, columns: 9 }],
    ['simple.psv', { delimiter: '|', read: 28, columns: 6 }],
    ['null.csv', { header: false, read: 10, columns: 4 }],
  ])('%s is read right', async (name, expected) => {
    expect((await loadFile(path.join(horror, name))).report).toMatchObject(expected)
  })
})

describe('word vectors', () => {
  const line = (word: string, i: number) => `${word} ${Array.from({ length: 9 }, (_, k) => ((i - k) / 8).toFixed(3)).join(' ')}`
  const words = ['the', ',', '"', "'s", '1,000', 'x|y', '. . .', 'größe', '-', 'nan']
  const lines = words.map(line)

  it.each([
    ['as GloVe writes them', `${lines.join('\n')}\n`],
    ['as word2vec and fastText write them', `${words.length} 9\r\n${lines.map((each) => `${each} `).join('\r\n')}`],
  ])('are read %s, whatever stands in a word', async (_name, text) => {
    const { columns, rows, report } = await load(text, 'vectors.txt')
    expect(columns).toEqual(['word:text', ...Array.from({ length: 9 }, (_, k) => `d${k + 1}:number`)])
    expect(rows.map(([word]) => word)).toEqual(words)
    expect(rows[3]).toEqual(["'s", 0.375, 0.25, 0.125, 0, -0.125, -0.25, -0.375, -0.5, -0.625])
    expect(report.delimiter).toBe(' ')
    expect(report.notes).toContain('This is a file of word vectors: the column "word" and a number column per dimension.')
  })

  it('refuse a line that is none, with its row', async () => {
    const many = Array.from({ length: 60 }, (_, i) => line(`w${i}`, i))
    const { report } = await load([...many, 'broken 1 2 3', '', line('last', 1)].join('\n'), 'vectors.txt')
    expect([report.kept, report.refused]).toEqual([61, 1])
    expect(report.examples[0]).toMatchObject({ row: 61, reason: 'It is no word with 9 numbers.' })
  })

  it('are not seen in sentences, in few numbers, or in a table of numbers with spaces', async () => {
    expect((await load('text\nwe have 1 2 3 4 5 6 7 8 9\nand no more\n')).columns).toEqual(['text:text'])
    for (const text of ['a 1 2\nb 3 4\nc 5 6\n', '1 2 3 4 5 6 7 8 9\n9 8 7 6 5 4 3 2 1\n'])
      expect((await load(text)).report.notes.join(' ')).not.toContain('word vectors')
  })
})
