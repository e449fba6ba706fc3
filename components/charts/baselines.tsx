/** What answering without a look at the row reaches, as one line: "most frequent class: 53.1 %". */
export function Baselines<B extends { name: string }>({
  baselines,
  read,
}: {
  baselines: readonly B[] | undefined
  read(baseline: B): string
}) {
  const [first] = baselines ?? []
  if (!baselines || !first) return null
  return (
    <span className="block" title={baselines.map((one) => `${one.name}: ${read(one)}`).join(', ')}>
      {first.name}: {read(first)}
    </span>
  )
}
