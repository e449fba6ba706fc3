/** Where word vectors come from. */
export type VectorSource = {
  /** What sentences call it: "the package …", "the table of vectors". */
  name: string
  /** Most frequent first; null where there is none. */
  words: readonly (string | null)[]
  dimensions: number
  /** The vectors of the words at these places, [places][dimensions]. Throws AppError for one that is not all numbers. */
  read(places: Int32Array): Promise<Float32Array>
}
