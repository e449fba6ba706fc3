/** Reports two works that may go on at once, of which one is worth 1 and the other as much as it says; names the first until it is over. */
export function twoWorks(report: (done: number, doing: string) => void, first: string, second: string) {
  let [own, others] = [0, 0]
  const tell = () => report(own + others, own < 1 ? first : second)
  return {
    /** Does the first work; a share of 1 means that it is over. */
    async during<T>(work: (onShare: (share: number) => void) => Promise<T>): Promise<T> {
      const result = await work((share) => {
        own = Math.min(share, 0.999)
        tell()
      })
      own = 1
      tell()
      return result
    },
    /** So much of the second work is done. */
    others(done: number): void {
      others = done
      tell()
    },
  }
}
