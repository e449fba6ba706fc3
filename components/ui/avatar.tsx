const colours = ['#5b6fa8', '#8050b8', '#13786a', '#96540a', '#a63d57', '#3b7a1f']

/** Initials on a colour that stays with the name. */
export function Avatar({ name, small }: { name: string; small?: boolean }) {
  const initials = name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join('')
    .toUpperCase()
  let sum = 0
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997
  return (
    <span
      className={small ? 'avatar s' : 'avatar'}
      style={{ background: colours[sum % colours.length] }}
      title={name}
      role="img"
      aria-label={name}
    >
      {initials}
    </span>
  )
}
