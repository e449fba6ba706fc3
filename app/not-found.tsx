import { Link } from '#components/ui/link'

export default function NotFound() {
  return (
    <main className="stack-page">
      <div className="empty">
        <h1 className="semi text-[16px]">There is nothing at this address</h1>
        <p>It may have been renamed or removed.</p>
        <div className="row">
          <Link className="btn" href="/workflows">
            Open the workflows
          </Link>
        </div>
      </div>
    </main>
  )
}
