import { Button } from '#components/ui/button'
import { formatNumber } from '#core/words/format'
import { pageSize } from './view-address.ts'

/** Which part of the table this is, and the ways on and back; nothing while all fits on one page. */
export function Pager({ page, total, onPage }: { page: number; total: number; onPage(page: number): void }) {
  const pages = Math.ceil(total / pageSize)
  if (pages < 2) return null
  return (
    <nav className="row mt-3" aria-label="Pages of the table">
      <Button refusal={page === 0 ? 'This is the first page.' : null} onClick={() => onPage(page - 1)}>
        Back
      </Button>
      <Button refusal={page >= pages - 1 ? 'This is the last page.' : null} onClick={() => onPage(page + 1)}>
        Next
      </Button>
      <span className="sm t3 num">
        {formatNumber(page * pageSize + 1)} to {formatNumber(Math.min(total, (page + 1) * pageSize))} of {formatNumber(total)}
      </span>
    </nav>
  )
}
