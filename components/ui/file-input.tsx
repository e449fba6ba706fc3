import type { RefObject } from 'react'

type FileInputProps = {
  input: RefObject<HTMLInputElement | null>
  label: string
  /** What the dialog offers, as `.csv,.tsv`. */
  accept: string
  multiple?: boolean
  onFiles(files: File[]): void
}

/** The file dialog behind a button: `input.current?.click()` opens it. The same file may be chosen twice in a row. */
export function FileInput({ input, label, accept, multiple = false, onFiles }: FileInputProps) {
  return (
    <input
      ref={input}
      type="file"
      className="sr"
      tabIndex={-1}
      aria-label={label}
      accept={accept}
      multiple={multiple}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])])
        event.target.value = ''
      }}
    />
  )
}
